package dev.urunj.runtime.oci;

import org.jspecify.annotations.Nullable;

/// One entry of the OCI specification's `linux.namespaces`.
///
/// @param type `network`, `mount`, `pid`, …
/// @param path the namespace to join, or null to make a new one
public record Namespace(String type, @Nullable String path) {}
