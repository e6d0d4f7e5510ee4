package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.socket.UnixSocket;
import dev.urunj.runtime.monitor.ControlChannel;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.time.Duration;

/// The monitor's control socket of one container. The socket was bound at create in a directory
/// that the monitor cannot write to, so a compromised monitor cannot redirect us.
final class ControlSocket implements ControlChannel {
  private final UnixSocket socket;

  private ControlSocket(UnixSocket socket) {
    this.socket = socket;
  }

  /// Connects without waiting for an answer.
  static ControlSocket queue(StateDirectory directory, Duration timeout) throws IOException {
    return new ControlSocket(
        UnixSocket.connect(directory.path(), StateDirectory.socketName(), timeout));
  }

  @Override
  public int read(byte[] into, Deadline deadline) throws IOException {
    return socket.read(into, 0, into.length, deadline.remaining());
  }

  @Override
  public void write(byte[] bytes, Deadline deadline) throws IOException {
    socket.write(bytes, 0, bytes.length, deadline.remaining());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
