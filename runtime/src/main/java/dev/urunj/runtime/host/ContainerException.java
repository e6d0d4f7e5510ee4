package dev.urunj.runtime.host;

import java.io.IOException;

/// A command that cannot be done on a container in its present state. The texts are runc's where
/// callers look for them: containerd's go-runc matches `does not exist` and `container not
/// running`.
public final class ContainerException extends IOException {
  private static final long serialVersionUID = 1;

  public ContainerException(String message) {
    super(message);
  }

  public ContainerException(String message, Throwable cause) {
    super(message, cause);
  }

  /// The answer to an id that no container has.
  public static ContainerException doesNotExist(String id) {
    return new ContainerException("container \"" + id + "\" does not exist");
  }
}
