package dev.urunj.runtime.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.socket.UnixSocket;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What answers at a container's control socket in place of QEMU. It takes one connection after the
/// other, and says to each command what a test wants.
final class FakeMonitor implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String GREETING = "{\"QMP\":{\"version\":{},\"capabilities\":[]}}\r\n";

  private static final String RUNNING = "{\"return\":{\"status\":\"running\"}}\r\n";
  private static final String REFUSAL = "{\"error\":{\"desc\":\"not now\"}}\r\n";

  private final Fd listener;
  private final String answer;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Thread thread;

  private FakeMonitor(Fd listener, String answer) {
    this.listener = listener;
    this.answer = answer;
    this.thread = Thread.ofPlatform().daemon().start(this::serve);
  }

  /// One that does as it is asked.
  static FakeMonitor willing(StateDirectory directory) throws IOException {
    return willing(listen(directory));
  }

  /// One that refuses all but the first command, which begins a conversation.
  static FakeMonitor refusing(StateDirectory directory) throws IOException {
    return refusing(listen(directory));
  }

  /// The same at a socket that listens already.
  ///
  /// @param listener closed with this
  static FakeMonitor willing(Fd listener) {
    return new FakeMonitor(listener, RUNNING);
  }

  /// The same at a socket that listens already.
  ///
  /// @param listener closed with this
  static FakeMonitor refusing(Fd listener) {
    return new FakeMonitor(listener, REFUSAL);
  }

  private static Fd listen(StateDirectory directory) throws IOException {
    return UnixSocket.listen(directory.path(), StateDirectory.socketName(), 8);
  }

  /// The commands that it got, without those that begin a conversation.
  List<String> heard() {
    return heard;
  }

  private void serve() {
    try {
      while (true) {
        try (UnixSocket client = UnixSocket.accept(listener, LONG)) {
          converse(client);
        }
      }
    } catch (IOException | IllegalStateException _) {
      // it was closed
    }
  }

  private void converse(UnixSocket client) throws IOException {
    say(client, GREETING);
    byte[] chunk = new byte[1024];
    for (int n = client.read(chunk, 0, chunk.length, LONG);
        n > 0;
        n = client.read(chunk, 0, chunk.length, LONG)) {
      String request = new String(chunk, 0, n, UTF_8);
      if (request.contains("qmp_capabilities")) {
        say(client, "{\"return\":{}}\r\n");
      } else {
        heard.add(request.replaceAll(".*:\"(.*)\".*\\s*", "$1"));
        say(client, answer);
      }
    }
  }

  private static void say(UnixSocket client, String line) throws IOException {
    byte[] bytes = line.getBytes(UTF_8);
    client.write(bytes, 0, bytes.length, LONG);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    thread.interrupt();
  }
}
