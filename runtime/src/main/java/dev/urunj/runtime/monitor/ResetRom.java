package dev.urunj.runtime.monitor;

import java.io.IOException;
import java.io.InputStream;

/// The option ROM that makes a failure of a reset which the guest's init did not ask for, compiled
/// by the build from src/main/c/reset-rom.S. Only PCs call one.
public final class ResetRom {
  private ResetRom() {}

  /// The ROM's bytes, a multiple of 512.
  public static byte[] bytes() throws IOException {
    try (InputStream in = ResetRom.class.getResourceAsStream("reset-rom")) {
      if (in == null) {
        throw new IOException("the option ROM is missing in this distribution of urunj");
      }
      return in.readAllBytes();
    }
  }
}
