package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleListenerTest {
  /// Makes a file and sends it over a socket; their paths are its arguments.
  private static final String SENDER =
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX)
      s.connect(sys.argv[1])
      f = open(sys.argv[2], 'w')
      socket.send_fds(s, [b'0'], [f.fileno()])
      """;

  @TempDir Path temp;

  @Test
  @Needs(programs = "python3")
  void descriptorThatIsSentIsTheTerminal() throws Exception {
    try (ConsoleListener listener = ConsoleListener.in(temp)) {
      send(listener, "one");
      try (Fd terminal = listener.terminal()) {
        assertThat(FileIo.linkTarget(terminal)).isEqualTo(temp.resolve("one").toString());
      }
    }
  }

  @Test
  @Needs(programs = "python3")
  void secondOneReplacesTheFirst() throws Exception {
    try (ConsoleListener listener = ConsoleListener.in(temp)) {
      send(listener, "one");
      send(listener, "two");
      try (Fd terminal = listener.terminal()) {
        assertThat(FileIo.linkTarget(terminal)).isEqualTo(temp.resolve("two").toString());
      }
    }
  }

  /// A state directory's own path may be longer than an address takes.
  @Test
  void pathForAChildIsShortHoweverLongTheDirectorysIs() throws IOException {
    Path deep = Files.createDirectories(temp.resolve("d".repeat(100)).resolve("e".repeat(100)));
    try (ConsoleListener listener = ConsoleListener.in(deep)) {
      assertThat(listener.path().toString().length()).isLessThan(108);
      assertThat(Files.exists(listener.path())).isTrue();
      assertThat(Objects.requireNonNull(listener.path().getParent()).toRealPath()).isEqualTo(deep);
    }
  }

  @Test
  void placeThatIsTakenIsAFailure() throws IOException {
    try (ConsoleListener _ = ConsoleListener.in(temp)) {
      assertThatThrownBy(() -> ConsoleListener.in(temp)).isInstanceOf(IOException.class);
    }
  }

  /// As a low-level runtime does it: a descriptor with a byte, SCM_RIGHTS.
  private void send(ConsoleListener listener, String name) throws Exception {
    Process runtime =
        new ProcessBuilder(
                "python3", "-c", SENDER, listener.path().toString(), temp.resolve(name).toString())
            .inheritIO()
            .start();
    assertThat(runtime.waitFor()).isZero();
  }
}
