package dev.urunj.runtime.monitor;

import java.nio.file.Path;

/// A piece of the monitor's root.
public sealed interface MonitorFile {
  /// Absolute, in the monitor's root.
  String path();

  /// A file or directory of the host to be bound there, read-only.
  record Bind(Path host, String path) implements MonitorFile {}

  /// A symbolic link to be made there.
  record Link(String path, String target) implements MonitorFile {}
}
