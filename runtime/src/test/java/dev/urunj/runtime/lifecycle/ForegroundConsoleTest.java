package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.host.TestCaller;
import dev.urunj.runtime.oci.BadInputException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Its work on a real terminal is in `PodmanEndToEndTest`; the standard streams of a test are none.
class ForegroundConsoleTest {
  @TempDir Path temp;

  @Test
  void terminalIsRefusedWhereTheCallerHasNone() {
    assertThatThrownBy(() -> ForegroundConsole.open(TestCaller.under(temp)))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "run: process.terminal: is true, and no standard stream is a terminal; expected a"
                + " terminal, or process.terminal to be false");
  }
}
