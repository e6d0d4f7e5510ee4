package dev.urunj.runtime.guest;

import java.nio.file.Path;

/// A bind mount of the specification.
///
/// @param source on the host; symbolic links in it are followed, as mount(2) does
/// @param destination in the guest
/// @param readOnly whether the options hold `ro`
public record BindMount(Path source, String destination, boolean readOnly) {}
