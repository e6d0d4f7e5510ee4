package dev.urunj.runtime.monitor.qemu;

import dev.urunj.runtime.monitor.MonitorFile;
import dev.urunj.runtime.monitor.MonitorSearch;
import dev.urunj.runtime.monitor.SystemLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What QEMU needs of the host in its root, found with strace(1) on QEMU 7.2 for our command line:
/// itself, its libraries and their cache, `/bin/sh` for the launch line, and the firmware files
/// `bios-256k.bin`, `kvmvapic.bin` and `linuxboot_dma.bin`. Of `/proc` and `/sys` it reads optional
/// things only; `/dev/urandom` it must have, `/dev/kvm` with KVM.
///
/// @param binary the program's path in its root, which is its path on the node too
/// @param files in an order in which no entry hides another
/// @param dataDirectories where its firmware is, paths of the monitor's root
record QemuFiles(String binary, List<MonitorFile> files, List<String> dataDirectories) {
  private static final List<String> DATA = List.of("/usr/share/qemu", "/usr/share/seabios");

  QemuFiles {
    files = List.copyOf(files);
    dataDirectories = List.copyOf(dataDirectories);
  }

  /// Finds them on this machine.
  ///
  /// @throws IOException when there is no such program
  static QemuFiles find(MonitorSearch search) throws IOException {
    Path binary = search.program("qemu-system-" + machine());
    List<MonitorFile> files = SystemLibraries.withShell();
    files.add(new MonitorFile.Bind(binary.toRealPath(), binary.toString()));
    List<String> data = new ArrayList<>();
    for (String directory : DATA) {
      addData(files, data, directory, search.dataPath());
    }
    return new QemuFiles(binary.toString(), files, data);
  }

  /// The configured directory wins, then /usr/local, then the distribution's.
  private static void addData(
      List<MonitorFile> files, List<String> data, String directory, @Nullable Path dataPath)
      throws IOException {
    String name = directory.substring("/usr/share".length());
    List<String> candidates = new ArrayList<>();
    if (dataPath != null) {
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

  /// The machine's name as QEMU's programs have it.
  private static String machine() {
    String arch = System.getProperty("os.arch", "");
    return arch.equals("amd64") ? "x86_64" : arch;
  }
}
