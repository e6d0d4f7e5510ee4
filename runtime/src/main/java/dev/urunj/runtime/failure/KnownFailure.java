package dev.urunj.runtime.failure;

import java.io.IOException;

/// A failure of a known kind that has nothing to carry but its message.
public final class KnownFailure extends IOException implements Failure {
  private static final long serialVersionUID = 1;

  private final FailureKind kind;

  /// @param message one line
  public KnownFailure(FailureKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  @Override
  public FailureKind kind() {
    return kind;
  }
}
