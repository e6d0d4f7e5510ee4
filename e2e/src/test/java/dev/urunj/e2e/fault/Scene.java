package dev.urunj.e2e.fault;

import java.util.Locale;

/// The command of a container's life that a fault comes in, with what was done before it.
enum Scene {
  /// Create in an empty pod.
  CREATE,
  /// Start of a created container.
  START,
  /// The same, and what it binds does not answer.
  HANGING,
  /// The same, and a program changes what it binds all the time.
  SWAPPED,
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

  boolean isStart() {
    return this == START || this == HANGING || this == SWAPPED;
  }

  /// Whether a monitor's process exists when the command begins.
  boolean hasMonitor() {
    return isStart() || this == KILL || this == FORCE;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Scene of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
