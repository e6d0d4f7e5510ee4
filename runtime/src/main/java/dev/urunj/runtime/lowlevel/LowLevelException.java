package dev.urunj.runtime.lowlevel;

import java.io.IOException;

/// The low-level runtime refused: its name, its command and its own last words.
public final class LowLevelException extends IOException {
  private static final long serialVersionUID = 1;

  LowLevelException(String message) {
    super(message);
  }
}
