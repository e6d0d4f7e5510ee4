package dev.urunj.e2e.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The `prober` (src/test/c/prober.c) on a node: it serves ports and tries to reach them. Closing
/// ends those that serve.
final class Probers implements AutoCloseable {
  private final Node node;
  private final List<Process> serving = new ArrayList<>();

  Probers(Node node) {
    this.node = node;
  }

  /// What came of dialling.
  ///
  /// @param target as the prober got it, such as `tcp/10.9.1.2/80`
  /// @param word what the server said, `ttl=N` of the echo, or why there is no answer
  record Answer(String target, String word, Duration took) {
    private static Answer of(String line) {
      String[] words = line.split(" ");
      return new Answer(words[0], words[1], Duration.ofNanos(Long.parseLong(words[2]) * 1000));
    }
  }

  /// The program, which also runs in a guest.
  static Path program() throws IOException {
    return Target.standalone("prober");
  }

  /// Serves on the node until the end.
  void serve(String... services) throws IOException {
    begin(node.inside().enter(words("serve", services)));
  }

  /// Serves in a pod until the end.
  void serve(Pod pod, String... services) throws IOException {
    begin(node.inside().enterNamed(pod.name(), words("serve", services)));
  }

  /// Runs `sidecar.py` (src/test/python) in a pod until the end.
  void serveSidecar(Pod pod, String kind, String address, int port) throws IOException {
    String program = Target.python("sidecar").toString();
    begin(node.inside().enterNamed(pod.name(), "python3", program, kind, address, "" + port));
  }

  /// Keeps an echo busy from the node; see [Busy].
  Busy stream(String address, int port) throws IOException {
    return streaming(node.inside().enter(words("stream", address, "" + port)));
  }

  /// Keeps an echo busy from a pod.
  Busy stream(Pod pod, String address, int port) throws IOException {
    String[] words = words("stream", address, "" + port);
    return streaming(node.inside().enterNamed(pod.name(), words));
  }

  /// Tries all from the node, at the same time.
  List<Answer> fromNode(int repeats, List<String> targets) throws IOException {
    return answers(node.run(tries(repeats, targets)).orFail());
  }

  /// Tries all from a pod.
  List<Answer> fromPod(Pod pod, int repeats, List<String> targets) throws IOException {
    return answers(pod.run(tries(repeats, targets)).orFail());
  }

  /// Lets a guest try all, whose prober serves `ask` there.
  List<Answer> fromGuest(String address, int port, int repeats, List<String> targets)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(address, "" + port, "" + repeats));
    all.addAll(targets);
    return answers(node.run(words("ask", all.toArray(String[]::new))).orFail());
  }

  private Process begin(List<String> line) throws IOException {
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    serving.add(process);
    assertThat(process.inputReader().readLine()).as("%s", line).isEqualTo("ready");
    return process;
  }

  private Busy streaming(List<String> line) throws IOException {
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    serving.add(process);
    return new Busy(process);
  }

  private static String[] tries(int repeats, List<String> targets) throws IOException {
    List<String> all = new ArrayList<>(List.of("" + repeats));
    all.addAll(targets);
    return words("try", all.toArray(String[]::new));
  }

  private static String[] words(String verb, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(program().toString(), verb));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static List<Answer> answers(String lines) {
    return lines.lines().map(Answer::of).toList();
  }

  @Override
  public void close() {
    serving.forEach(Process::destroyForcibly);
  }

  /// A connection on which numbers go to an echo and back, without end; each that came back was
  /// compared with what went out.
  static final class Busy {
    private static final int MORE = 1 << 16;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final BufferedReader lines;

    private Busy(Process process) {
      this.process = process;
      this.lines = process.inputReader();
    }

    /// Waits until more has come back, most of it sent after this was called.
    ///
    /// @throws AssertionError when nothing more comes, the connection has ended, or other numbers
    ///   have come back
    void assertAlive() throws IOException {
      long end = System.nanoTime() + PATIENCE.toNanos();
      long before = 0;
      while (lines.ready()) {
        before = Math.max(before, bytes(lines.readLine()));
      }
      for (long now = 0; now < before + MORE; ) {
        assertThat(System.nanoTime()).as("nothing has come back for long").isLessThan(end);
        assertThat(process.isAlive() || lines.ready()).as("the connection is there").isTrue();
        if (lines.ready()) {
          now = bytes(lines.readLine());
        } else {
          Node.pause(10);
        }
      }
    }

    /// Waits until the connection has ended by a reset: a stack is there, and says that no socket
    /// is.
    void assertReset() throws InterruptedException {
      assertThat(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
          .as("the connection has ended")
          .isTrue();
      String last = lines.lines().reduce("", (_, line) -> line);
      assertThat(last).endsWith("Connection reset by peer");
    }

    private static long bytes(String line) {
      assertThat(line).as("bytes that came back").containsOnlyDigits();
      return Long.parseLong(line);
    }
  }
}
