package dev.urunj.runtime.monitor;

import dev.urunj.linux.process.ProgramPath;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.failure.KnownFailure;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a monitor's program and files are looked for.
///
/// @param configured the program's absolute path from the configuration, or null
/// @param dataPath a directory of the configuration above the monitor's data directories, or null
/// @param path value of `PATH`
public record MonitorSearch(@Nullable Path configured, @Nullable Path dataPath, String path) {
  /// The program of the configuration or, without one, the first of that name in `PATH`.
  ///
  /// @throws IOException when there is no such program
  public Path program(String name) throws IOException {
    if (configured != null) {
      if (configured.isAbsolute() && ProgramPath.isProgram(configured)) {
        return configured.normalize();
      }
      throw new KnownFailure(
          FailureKind.BAD_INPUT,
          "monitor " + configured + ": expected the absolute path of an executable file");
    }
    Path found = ProgramPath.first(path, name);
    if (found == null) {
      throw new KnownFailure(FailureKind.NODE_LACKS, "monitor " + name + ": not found in PATH");
    }
    return found.normalize();
  }
}
