package dev.urunj.runtime.state;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The unikernel as create found it in the image.
///
/// @param guest the guest's name in the image contract, such as `linux`
/// @param version the guest's version, or empty
/// @param kernel absolute path on the node, resolved inside the image's root
/// @param initrd absolute path on the node, resolved inside the image's root
/// @param arguments the image's own argument vector, used when the specification has none
public record ImageRecord(
    String guest, String version, Path kernel, @Nullable Path initrd, List<String> arguments) {}
