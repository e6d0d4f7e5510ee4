package dev.urunj.runtime.guest;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// hosts(5) of a guest.
final class Hosts {
  static final String PATH = "/etc/hosts";

  /// The file may be anybody's; longer ones travel as they are.
  private static final int LIMIT_BYTES = 1 << 20;

  private Hosts() {}

  /// A file of the host with lines behind its own, each on a line by itself.
  ///
  /// @return null when it is no regular file or has more than 1 MiB
  static byte @Nullable [] extended(Path source, List<String> lines) throws IOException {
    if (!Files.isRegularFile(source)) {
      return null;
    }
    byte[] own;
    try (FileInputStream in = new FileInputStream(source.toString())) {
      own = in.readNBytes(LIMIT_BYTES + 1);
    }
    if (own.length > LIMIT_BYTES) {
      return null;
    }
    String added = String.join("\n", lines) + "\n";
    if (own.length > 0 && own[own.length - 1] != '\n') {
      added = "\n" + added;
    }
    byte[] behind = added.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[own.length + behind.length];
    System.arraycopy(own, 0, all, 0, own.length);
    System.arraycopy(behind, 0, all, own.length, behind.length);
    return all;
  }
}
