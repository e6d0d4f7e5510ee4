package dev.urunj.runtime.guest;

import dev.urunj.fuzz.Refusal;
import dev.urunj.fuzz.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Feeds the initrd of an image, in which directories and links are looked for. Whatever it says, a
/// path below the root leads to paths below the root.
public final class InitrdFuzzer {
  private static final Path HOME = Scratch.directory();
  private static final List<String> PATHS =
      List.of("/var/run/secrets/x", "/bin/d1/x", "/a", "/a/b/c/d", "/etc");

  private InitrdFuzzer() {}

  /// One execution.
  public static void fuzzerTestOneInput(byte[] input) {
    Path file = HOME.resolve("initrd");
    Scratch.write(file, input);
    Refusal.accepts(() -> look(file));
  }

  private static void look(Path file) throws IOException {
    ImageTree tree = ImageTree.read(file, 1 << 20);
    for (String path : PATHS) {
      for (String missing : tree.missing(path)) {
        boolean dots = missing.endsWith("/..") || missing.contains("/../");
        if (!missing.startsWith("/") || missing.contains("//") || dots) {
          throw new AssertionError("no clean path: " + missing);
        }
      }
    }
  }
}
