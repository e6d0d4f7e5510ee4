package dev.urunj.runtime.host;

import dev.urunj.runtime.failure.Failure;
import dev.urunj.runtime.failure.FailureKind;
import java.io.IOException;

/// A request that cannot be done on a container, of a kind that each door has words or codes for.
public final class ContainerException extends IOException implements Failure {
  private static final long serialVersionUID = 1;

  private final FailureKind kind;

  /// @param message one line
  public ContainerException(FailureKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ContainerException(FailureKind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /// The answer to an id that no container has.
  public static ContainerException doesNotExist(String id) {
    return new ContainerException(
        FailureKind.UNKNOWN_ID, "container \"" + id + "\" does not exist");
  }

  /// The answer to a command that needs the monitor of a container that has none.
  public static ContainerException cutOff(String id) {
    return new ContainerException(
        FailureKind.WRONG_STATUS, "container \"" + id + "\": its create was cut off; delete it");
  }

  @Override
  public FailureKind kind() {
    return kind;
  }
}
