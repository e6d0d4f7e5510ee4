package dev.urunj.runtime.probe;

import dev.urunj.linux.process.BootId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// Answers of probes, one small file each, valid for one boot and one version of the program that
/// was probed. Losing them costs a probe.
public final class ProbeResults {
  private static final int LIMIT = 4096;

  private final Path directory;

  /// The answers in a directory.
  ///
  /// @param directory made when the first answer is kept
  public ProbeResults(Path directory) {
    this.directory = directory;
  }

  /// The answer of a probe.
  ///
  /// @param name of the probe
  /// @param program what is probed; another file under the same path needs a new probe
  /// @return null without a probe in this boot
  public @Nullable String recall(String name, Path program) {
    Path file = directory.resolve(name);
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LIMIT) {
        return null;
      }
      String text = Files.readString(file);
      String key = key(program);
      return text.startsWith(key) ? text.substring(key.length()).strip() : null;
    } catch (IOException _) {
      return null;
    }
  }

  /// Keeps an answer. A failure to keep it is no error, because the next command then probes again.
  public void keep(String name, Path program, String answer) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path next = Files.createTempFile(directory, name, ".next");
      Files.write(next, (key(program) + answer + "\n").getBytes(StandardCharsets.UTF_8));
      Files.move(next, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException _) {
      return;
    }
  }

  private static String key(Path program) throws IOException {
    return BootId.read()
        + " "
        + program
        + " "
        + Files.getLastModifiedTime(program).toMillis()
        + " "
        + Files.size(program)
        + "\n";
  }
}
