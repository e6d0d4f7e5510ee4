package dev.urunj.runtime.lowlevel;

import dev.urunj.runtime.failure.Failure;
import dev.urunj.runtime.failure.FailureKind;
import java.io.IOException;

/// The low-level runtime failed: its name, its command and its own last words.
public final class LowLevelException extends IOException implements Failure {
  private static final long serialVersionUID = 1;

  private final boolean mayBeEnvironment;

  LowLevelException(String message, boolean mayBeEnvironment) {
    super(message);
    this.mayBeEnvironment = mayBeEnvironment;
  }

  @Override
  public FailureKind kind() {
    return FailureKind.LOW_LEVEL_SAID;
  }

  /// Whether the node may be the reason, so that another low-level runtime may do better. A killed
  /// runtime or a failed hook of the container says nothing about the node.
  public boolean mayBeEnvironment() {
    return mayBeEnvironment;
  }
}
