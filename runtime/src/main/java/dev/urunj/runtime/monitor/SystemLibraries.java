package dev.urunj.runtime.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a dynamically linked program and `/bin/sh` of the node need in a monitor's root: the
/// directories of libraries, the loader's cache, and the shell for the launch line.
public final class SystemLibraries {
  private static final List<String> LIBRARIES = List.of("/usr/lib", "/usr/lib64");
  private static final List<String> TOP_LIBRARIES = List.of("/lib", "/lib64");

  private SystemLibraries() {}

  /// Those that this node has, in an order in which no entry hides another. The caller may add to
  /// the list.
  public static List<MonitorFile> withShell() throws IOException {
    List<MonitorFile> files = new ArrayList<>();
    for (String directory : LIBRARIES) {
      bindDirectory(files, directory);
    }
    for (String directory : TOP_LIBRARIES) {
      Path host = Path.of(directory);
      if (Files.isSymbolicLink(host)) {
        files.add(new MonitorFile.Link(directory, Files.readSymbolicLink(host).toString()));
      } else {
        bindDirectory(files, directory);
      }
    }
    Path cache = Path.of("/etc/ld.so.cache");
    if (Files.isRegularFile(cache, LinkOption.NOFOLLOW_LINKS)) {
      files.add(new MonitorFile.Bind(cache, cache.toString()));
    }
    files.add(new MonitorFile.Bind(Path.of("/bin/sh").toRealPath(), "/bin/sh"));
    return files;
  }

  private static void bindDirectory(List<MonitorFile> files, String directory) {
    Path host = Path.of(directory);
    if (Files.isDirectory(host, LinkOption.NOFOLLOW_LINKS)) {
      files.add(new MonitorFile.Bind(host, directory));
    }
  }
}
