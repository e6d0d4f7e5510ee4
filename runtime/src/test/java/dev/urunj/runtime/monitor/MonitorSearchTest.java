package dev.urunj.runtime.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MonitorSearchTest {
  @Test
  void programIsSearchedInThePath() throws IOException {
    MonitorSearch search = new MonitorSearch(null, null, "/nonexistent::/usr/bin");
    assertThat(search.program("sh")).isEqualTo(Path.of("/usr/bin/sh"));
  }

  @Test
  void theConfigurationComesFirst() throws IOException {
    MonitorSearch search = new MonitorSearch(Path.of("/usr/bin/../bin/env"), null, "/usr/bin");
    assertThat(search.program("sh")).isEqualTo(Path.of("/usr/bin/env"));
  }

  @Test
  void relativePathAndUnknownNameAreRefused() {
    assertThatThrownBy(() -> new MonitorSearch(Path.of("./qemu"), null, "/bin").program("sh"))
        .hasMessage("monitor ./qemu: expected the absolute path of an executable file");
    assertThatThrownBy(() -> new MonitorSearch(null, null, "/bin").program("no-such-program"))
        .hasMessage("monitor no-such-program: not found in PATH");
  }
}
