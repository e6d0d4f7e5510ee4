package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.process.ProgramPath;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Programs by name, as execvp(3) finds them.
public final class Programs {
  /// Where the system keeps its programs.
  public static final String SYSTEM_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private Programs() {}

  /// An absolute path as it is; a name searched on `PATH` of an environment and, because services
  /// often run with a short one, in the system's directories.
  ///
  /// @return null when there is no executable file of that name
  public static @Nullable Path find(String name, Map<String, String> environment) {
    if (name.startsWith("/")) {
      Path path = Path.of(name);
      return ProgramPath.isProgram(path) ? path : null;
    }
    return ProgramPath.first(environment.getOrDefault("PATH", "") + ":" + SYSTEM_PATH, name);
  }
}
