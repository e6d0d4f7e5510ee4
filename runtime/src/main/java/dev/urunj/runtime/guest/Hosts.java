package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileReader;
import dev.urunj.linux.file.FoundFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// hosts(5) of a guest.
final class Hosts {
  static final String PATH = "/etc/hosts";

  /// Any program may have written the file; longer ones travel as they are.
  private static final int LIMIT_BYTES = 1 << 20;

  private Hosts() {}

  /// What is in a file of the host.
  ///
  /// @return null when it is no regular file, cannot be read or has more than 1 MiB
  static byte @Nullable [] read(Path source) {
    try (FoundFile found = FoundFile.of(source)) {
      if (!found.status().isRegular()) {
        return null;
      }
      try (Fd open = found.open()) {
        byte[] own = new FileReader().readUpTo(open, found.status().size(), LIMIT_BYTES + 1);
        return own.length > LIMIT_BYTES ? null : own;
      }
    } catch (ErrnoException _) {
      return null; // the copy of the mount says why
    }
  }

  /// A file's content with lines behind its own, each on a line by itself.
  static byte[] extended(byte[] own, List<String> lines) {
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
