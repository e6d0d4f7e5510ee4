package dev.urunj.e2e;

import java.util.Locale;

/// The command of a container's life that a fault comes in, with what was done before it.
enum Scene {
  /// Create in an empty pod.
  CREATE,
  /// Start of a created container.
  START,
  /// Kill by SIGKILL of a running one.
  KILL,
  /// Delete of a stopped one.
  DELETE,
  /// Delete by force of a running one.
  FORCE,
  /// Create of a second container in a pod whose first one was killed and is not yet deleted.
  RESTART;

  boolean isCreate() {
    return this == CREATE || this == RESTART;
  }

  /// Whether a monitor's process exists when the command begins.
  boolean hasMonitor() {
    return this == START || this == KILL || this == FORCE;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Scene of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
