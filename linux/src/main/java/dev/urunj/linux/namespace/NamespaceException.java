package dev.urunj.linux.namespace;

import java.io.IOException;

/// A path that should be a network namespace and is something else.
public final class NamespaceException extends IOException {
  private static final long serialVersionUID = 1;

  NamespaceException(String message) {
    super(message);
  }
}
