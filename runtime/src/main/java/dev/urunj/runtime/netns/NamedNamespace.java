package dev.urunj.runtime.netns;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One name of the registry, as it was seen at one moment.
///
/// @param name the name
/// @param pin where the namespace is, or would be, mounted
/// @param condition how it stands
/// @param reason the condition as one sentence, safe to print
/// @param record what was recorded, null where there is no record that can be read
public record NamedNamespace(
    String name, Path pin, Condition condition, String reason, @Nullable NamespaceRecord record) {}
