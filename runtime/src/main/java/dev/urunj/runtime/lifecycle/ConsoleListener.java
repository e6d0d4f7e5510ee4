package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.socket.UnixSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;

/// The socket through which a low-level runtime hands over the terminal that it has made, like the
/// one that engines pass by `--console-socket`. It is removed with the state.
final class ConsoleListener implements AutoCloseable {
  private static final String NAME = "console.sock";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Fd directory;
  private final Fd listener;

  private ConsoleListener(Fd directory, Fd listener) {
    this.directory = directory;
    this.listener = listener;
  }

  /// Listens in a directory that other users cannot enter.
  static ConsoleListener in(Path path) throws IOException {
    Fd directory = OpenFile.directory(path);
    try {
      return new ConsoleListener(directory, UnixSocket.listen(path, NAME, 1));
    } catch (Throwable t) {
      try (directory) {
        throw t;
      }
    }
  }

  /// The socket's path for a child, because a state directory's own may be longer than the 107
  /// bytes that an address takes, unix(7).
  Path path() {
    return Path.of(
        "/proc/" + ProcessHandle.current().pid() + "/fd/" + directory.number() + "/" + NAME);
  }

  /// The terminal's side that is not the container's. The runtime sends it before it returns. If it
  /// sends two, the second replaces the first.
  ///
  /// @return the caller's
  Fd terminal() throws IOException {
    Fd terminal = received(TIMEOUT);
    try {
      Fd last = received(Duration.ZERO);
      terminal.close();
      return last;
    } catch (SocketTimeoutException _) {
      return terminal;
    }
  }

  private Fd received(Duration timeout) throws IOException {
    try (UnixSocket socket = UnixSocket.accept(listener, timeout)) {
      return socket.receiveDescriptor(TIMEOUT);
    }
  }

  @Override
  public void close() throws IOException {
    try (directory) {
      listener.close();
    }
  }
}
