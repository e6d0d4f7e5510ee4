package dev.urunj.runtime.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.socket.UnixSocket;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path temp;

  /// It listens from create on, so a connection waits there for a monitor that does not run yet.
  @Test
  void connectionIsQueuedBeforeTheMonitorTakesIt() throws IOException {
    try (Fd listener = UnixSocket.listen(temp, StateDirectory.socketName(), 8);
        ControlSocket queued = ControlSocket.queue(directory(), LONG)) {
      queued.write("hello".getBytes(UTF_8), Deadline.byTheKernel(LONG));
      try (UnixSocket monitor = UnixSocket.accept(listener, LONG)) {
        byte[] heard = new byte[16];
        assertThat(monitor.read(heard, 0, heard.length, LONG)).isEqualTo(5);
        monitor.write("there".getBytes(UTF_8), 0, 5, LONG);
      }
      byte[] answer = new byte[16];
      assertThat(queued.read(answer, Deadline.byTheKernel(LONG))).isEqualTo(5);
      assertThat(new String(answer, 0, 5, UTF_8)).isEqualTo("there");
      assertThat(queued.read(answer, Deadline.byTheKernel(LONG))).isEqualTo(-1);
    }
  }

  @Test
  void monitorThatSaysNothingIsWaitedForUntilTheDeadline() throws IOException {
    try (Fd _ = UnixSocket.listen(temp, StateDirectory.socketName(), 8);
        ControlSocket queued = ControlSocket.queue(directory(), LONG)) {
      Deadline soon = Deadline.byTheKernel(Duration.ofMillis(20));
      assertThatThrownBy(() -> queued.read(new byte[1], soon))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void socketThatIsGoneIsAFailureAtOnce() {
    assertThatThrownBy(() -> ControlSocket.queue(directory(), LONG))
        .isInstanceOf(IOException.class);
  }

  private StateDirectory directory() {
    return StateDirectory.of(
        java.util.Objects.requireNonNull(temp.getParent()), String.valueOf(temp.getFileName()));
  }
}
