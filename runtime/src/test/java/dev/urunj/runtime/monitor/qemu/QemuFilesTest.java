package dev.urunj.runtime.monitor.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.monitor.MonitorFile;
import dev.urunj.runtime.monitor.MonitorSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuFilesTest {
  private static final Path PROGRAM = Path.of("/usr/bin/env");

  @TempDir Path data;

  @Test
  void holdTheProgramAShellAndTheLibraries() throws IOException {
    QemuFiles files = QemuFiles.find(new MonitorSearch(PROGRAM, null, ""));
    assertThat(files.binary()).isEqualTo("/usr/bin/env");
    assertThat(files.files())
        .contains(
            new MonitorFile.Bind(PROGRAM.toRealPath(), "/usr/bin/env"),
            new MonitorFile.Bind(Path.of("/bin/sh").toRealPath(), "/bin/sh"))
        .anyMatch(file -> file.path().equals("/usr/lib"));
  }

  @Test
  void linksOfTheTopDirectoryAreKeptAsLinks() throws IOException {
    QemuFiles files = QemuFiles.find(new MonitorSearch(PROGRAM, null, ""));
    assertThat(files.files()).anyMatch(file -> file.path().equals("/lib"));
  }

  @Test
  void theConfiguredDataComesFirst() throws IOException {
    Files.createDirectory(data.resolve("qemu"));
    QemuFiles files = QemuFiles.find(new MonitorSearch(PROGRAM, data, ""));
    assertThat(files.files())
        .contains(new MonitorFile.Bind(data.resolve("qemu").toRealPath(), "/usr/share/qemu"));
    assertThat(files.dataDirectories()).contains("/usr/share/qemu");
  }
}
