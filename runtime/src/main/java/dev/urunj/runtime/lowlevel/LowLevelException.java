package dev.urunj.runtime.lowlevel;

import java.io.IOException;

/// The low-level runtime refused: its name, its command and its own last words.
public final class LowLevelException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean mayBeEnvironment;

  LowLevelException(String message, boolean mayBeEnvironment) {
    super(message);
    this.mayBeEnvironment = mayBeEnvironment;
  }

  /// Whether the reason may lie in what the node is, so that another low-level runtime may do
  /// better. That one was killed, or that a hook of the container failed, says nothing of the node.
  public boolean mayBeEnvironment() {
    return mayBeEnvironment;
  }
}
