package dev.urunj.linux.process;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// `PATH`, as execvp(3) searches it, without the directories that are relative or empty: what those
/// name depends on where the caller stands.
public final class ProgramPath {
  private ProgramPath() {}

  /// The first executable file of this name.
  ///
  /// @param path value of `PATH`: directories with colons between them
  /// @return null when there is none
  public static @Nullable Path first(String path, String name) {
    for (int at = 0; at <= path.length(); ) {
      int end = path.indexOf(':', at);
      end = end < 0 ? path.length() : end;
      String directory = path.substring(at, end);
      at = end + 1;
      if (directory.startsWith("/") && isProgram(Path.of(directory, name))) {
        return Path.of(directory, name);
      }
    }
    return null;
  }

  /// Whether this is a regular file that the caller may execute.
  public static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
