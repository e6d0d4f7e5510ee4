package dev.urunj.runtime.lowlevel;

import dev.urunj.runtime.failure.Failure;
import dev.urunj.runtime.failure.FailureKind;
import java.io.IOException;

/// The low-level runtime failed: its name, its command and its own last words.
public final class LowLevelException extends IOException implements Failure {
  private static final long serialVersionUID = 1;

  private final FailureKind kind;
  private final boolean mayBeEnvironment;

  private LowLevelException(FailureKind kind, String message, boolean mayBeEnvironment) {
    super(message);
    this.kind = kind;
    this.mayBeEnvironment = mayBeEnvironment;
  }

  /// One that has ended with an error.
  ///
  /// @param message one line
  /// @param mayBeEnvironment see [#mayBeEnvironment]
  static LowLevelException refusal(String message, boolean mayBeEnvironment) {
    return new LowLevelException(FailureKind.LOW_LEVEL_SAID, message, mayBeEnvironment);
  }

  /// One that has not ended in time.
  ///
  /// @param message one line
  static LowLevelException overdue(String message) {
    return new LowLevelException(FailureKind.TIMED_OUT, message, false);
  }

  @Override
  public FailureKind kind() {
    return kind;
  }

  /// Whether it has not ended in time, so that it may have done its work all the same.
  public boolean isOverdue() {
    return kind == FailureKind.TIMED_OUT;
  }

  /// Whether the node may be the reason, so that another low-level runtime may do better. A killed
  /// runtime or a failed hook of the container says nothing about the node.
  public boolean mayBeEnvironment() {
    return mayBeEnvironment;
  }
}
