package dev.urunj.linux.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Small files of proc(5), read without any native call of ours.
final class ProcFile {
  private ProcFile() {}

  /// The whole content. Bytes are taken as characters of their own, because a process may call
  /// itself by bytes that are no UTF-8.
  static String read(String path) throws IOException {
    try (FileInputStream stream = new FileInputStream(path)) {
      return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
