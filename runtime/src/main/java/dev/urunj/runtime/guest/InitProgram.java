package dev.urunj.runtime.guest;

import java.io.IOException;
import java.io.InputStream;

/// Our init, compiled by the build from src/main/c/guest-init for the machine it runs on.
final class InitProgram {
  private InitProgram() {}

  static byte[] bytes() throws IOException {
    try (InputStream in = InitProgram.class.getResourceAsStream("init")) {
      if (in == null) {
        throw new IOException("the guest's init is missing in this distribution of urunj");
      }
      return in.readAllBytes();
    }
  }
}
