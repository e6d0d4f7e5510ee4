package dev.urunj.runtime.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MonitorFilesTest {
  @Test
  void programIsSearchedInThePath() throws IOException {
    MonitorFiles files = MonitorFiles.find("sh", null, "/nonexistent::/usr/bin");
    assertThat(files.binary()).isEqualTo("/usr/bin/sh");
    assertThat(files.files())
        .contains(new MonitorFile.Bind(Path.of("/bin/sh").toRealPath(), "/bin/sh"))
        .anyMatch(file -> file.path().equals("/usr/lib"));
  }

  @Test
  void linksOfTheTopDirectoryAreKeptAsLinks() throws IOException {
    MonitorFiles files = MonitorFiles.find("/usr/bin/env", null, "");
    assertThat(files.files()).anyMatch(file -> file.path().equals("/lib"));
  }

  @Test
  void relativePathAndUnknownNameAreRefused() {
    assertThatThrownBy(() -> MonitorFiles.find("./qemu", null, "/bin"))
        .hasMessage("monitor ./qemu: expected the absolute path of an executable file");
    assertThatThrownBy(() -> MonitorFiles.find("no-such-program", null, "/bin"))
        .hasMessage("monitor no-such-program: not found in PATH");
  }
}
