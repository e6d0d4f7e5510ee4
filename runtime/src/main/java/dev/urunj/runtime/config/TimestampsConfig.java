package dev.urunj.runtime.config;

import java.nio.file.Path;

/// `[timestamps]`.
///
/// @param destination the file they are appended to, absolute
public record TimestampsConfig(boolean enabled, Path destination) {}
