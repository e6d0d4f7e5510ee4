package dev.urunj.linux.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Inheritance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private static final Environment EMPTY = Environment.of(List.of());

  /// The standard streams of this process are none, so what is found is the caller's.
  @Test
  void terminalIsTheFirstAmongTheCallersStreams() throws IOException {
    try (Fd file = OpenFile.readOnly(Path.of("/dev/null"));
        Fd terminal = OpenFile.readWrite(Path.of("/dev/ptmx"))) {
      assertThat(Terminal.among(Inheritance.of(EMPTY, file, terminal, file))).isNotNull();
      assertThat(Terminal.among(Inheritance.of(EMPTY, file, file, file))).isNull();
    }
  }

  @Test
  void callerWithoutStreamsHasNoTerminal() {
    assertThat(Terminal.among(Inheritance.withoutStreams(EMPTY))).isNull();
  }
}
