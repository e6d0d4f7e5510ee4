package dev.urunj.linux.file;

import java.io.IOException;

/// A lock was held by another until the time to wait for it had passed.
public final class LockTimeoutException extends IOException {
  private static final long serialVersionUID = 1;

  LockTimeoutException(String message) {
    super(message);
  }
}
