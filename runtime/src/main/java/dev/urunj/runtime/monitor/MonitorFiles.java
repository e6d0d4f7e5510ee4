package dev.urunj.runtime.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What QEMU needs of the host in its root, found with strace(1) on QEMU 7.2 for our command line:
/// itself, its libraries and their cache, `/bin/sh` for the launch line, and the firmware files
/// `bios-256k.bin`, `kvmvapic.bin` and `linuxboot_dma.bin`. Of `/proc` and `/sys` it reads optional
/// things only; `/dev/urandom` it must have, `/dev/kvm` with KVM.
///
/// @param binary the monitor's path in its root
/// @param files in an order in which no entry hides another
/// @param dataDirectories where the firmware is, paths of the monitor's root
public record MonitorFiles(String binary, List<MonitorFile> files, List<String> dataDirectories) {
  private static final List<String> LIBRARIES = List.of("/usr/lib", "/usr/lib64");
  private static final List<String> TOP_LIBRARIES = List.of("/lib", "/lib64");
  private static final List<String> DATA = List.of("/usr/share/qemu", "/usr/share/seabios");

  public MonitorFiles {
    files = List.copyOf(files);
    dataDirectories = List.copyOf(dataDirectories);
  }

  /// Finds them on this machine.
  ///
  /// @param configured the monitor's path from the configuration, or a name to be searched in
  ///   `path`
  /// @param dataPath a directory of the configuration that holds `qemu` and `seabios`, or null
  /// @param path value of `PATH`
  /// @throws IOException when there is no such program
  public static MonitorFiles find(String configured, @Nullable String dataPath, String path)
      throws IOException {
    Path binary = program(configured, path);
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
    bindFile(files, "/etc/ld.so.cache");
    files.add(new MonitorFile.Bind(Path.of("/bin/sh").toRealPath(), "/bin/sh"));
    files.add(new MonitorFile.Bind(binary.toRealPath(), binary.toString()));
    List<String> data = new ArrayList<>();
    for (String directory : DATA) {
      addData(files, data, directory, dataPath);
    }
    return new MonitorFiles(binary.toString(), files, data);
  }

  private static Path program(String configured, String path) throws IOException {
    if (configured.indexOf('/') >= 0) {
      Path binary = Path.of(configured);
      if (binary.isAbsolute() && Files.isRegularFile(binary) && Files.isExecutable(binary)) {
        return binary.normalize();
      }
      throw new IOException(
          "monitor " + configured + ": expected the absolute path of an executable file");
    }
    for (int at = 0; at <= path.length(); ) {
      int end = path.indexOf(':', at);
      end = end < 0 ? path.length() : end;
      String directory = path.substring(at, end);
      at = end + 1;
      if (directory.startsWith("/")) {
        Path binary = Path.of(directory, configured);
        if (Files.isRegularFile(binary) && Files.isExecutable(binary)) {
          return binary.normalize();
        }
      }
    }
    throw new IOException("monitor " + configured + ": not found in PATH");
  }

  /// The configured directory wins, then /usr/local, then the distribution's.
  private static void addData(
      List<MonitorFile> files, List<String> data, String directory, @Nullable String dataPath)
      throws IOException {
    String name = directory.substring("/usr/share".length());
    List<String> candidates = new ArrayList<>();
    if (dataPath != null && !dataPath.isEmpty()) {
      candidates.add(dataPath + name);
    }
    candidates.add("/usr/local/share" + name);
    candidates.add(directory);
    for (String candidate : candidates) {
      Path host = Path.of(candidate);
      if (Files.isDirectory(host)) {
        files.add(new MonitorFile.Bind(host.toRealPath(), directory));
        data.add(directory);
        return;
      }
    }
  }

  private static void bindDirectory(List<MonitorFile> files, String directory) {
    Path host = Path.of(directory);
    if (Files.isDirectory(host, LinkOption.NOFOLLOW_LINKS)) {
      files.add(new MonitorFile.Bind(host, directory));
    }
  }

  private static void bindFile(List<MonitorFile> files, String file) {
    Path host = Path.of(file);
    if (Files.isRegularFile(host, LinkOption.NOFOLLOW_LINKS)) {
      files.add(new MonitorFile.Bind(host, file));
    }
  }
}
