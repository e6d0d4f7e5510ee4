package dev.urunj.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Leftovers;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A containerd of its own on a [Node], with its stock shim for runc; everything it keeps is in the
/// node's `/run`. Closing it removes the containers, ends it, and checks that nothing stays.
final class Containerd implements AutoCloseable {
  static final String SOCKET = "/run/containerd/containerd.sock";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String CONFIG =
      """
      version = 2
      root = "/run/containerd-root"
      state = "/run/containerd"
      disabled_plugins = [
        "io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt",
        "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
        "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
      ]
      [grpc]
      address = "/run/containerd/containerd.sock"
      """;

  private final Node node;
  private final Leftovers leftovers;
  private final Path scratch;
  private final List<String> ids = new ArrayList<>();
  private Process daemon;

  private Containerd(Node node, Leftovers leftovers, Path scratch) throws IOException {
    this.node = node;
    this.leftovers = leftovers;
    this.scratch = scratch;
    this.daemon = begin();
  }

  /// Starts the daemon and imports both images of [OciArchive].
  static Containerd on(Pod pod) throws IOException {
    Path scratch = Target.scratch();
    Files.writeString(scratch.resolve("config.toml"), CONFIG);
    Node node = pod.node();
    Containerd containerd = new Containerd(node, Leftovers.on(node, pod), scratch);
    try {
      containerd.awaitSocket();
      containerd.ctr("images", "import", OciArchive.web().toString()).orFail();
      containerd.ctr("images", "import", OciArchive.busybox().toString()).orFail();
      return containerd;
    } catch (Throwable t) {
      containerd.daemon.destroyForcibly();
      throw t;
    }
  }

  /// Kills the daemon and starts it again: its containers live on with their shims.
  void crashAndRestart() throws IOException {
    daemon.destroyForcibly();
    await(daemon);
    daemon = begin();
    awaitSocket();
  }

  Result ctr(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("ctr", "--address", SOCKET));
    line.addAll(List.of(words));
    return node.run(line.toArray(String[]::new));
  }

  /// The words of `ctr run` up to the image, with a control group of the test's own.
  ///
  /// @param flags `--detach`, `--with-ns …` and the like
  String[] run(List<String> flags, String image, String id, String... command) {
    ids.add(id);
    List<String> words = new ArrayList<>(List.of("run", "--snapshotter", "native"));
    words.addAll(List.of("--runtime", "io.containerd.runc.v2"));
    words.addAll(List.of("--runc-binary", Target.launcher().toString()));
    words.addAll(List.of("--cgroup", "/" + Target.unique()));
    words.addAll(flags);
    words.add(image);
    words.add(id);
    words.addAll(List.of(command));
    return words.toArray(String[]::new);
  }

  /// `RUNNING`, `PAUSED`, `STOPPED` as `ctr task ls` has it; empty when there is no task.
  String status(String id) throws IOException {
    String[] words = task(id);
    return words.length < 3 ? "" : words[2];
  }

  long pid(String id) throws IOException {
    return Long.parseLong(task(id)[1]);
  }

  private String[] task(String id) throws IOException {
    for (String line : ctr("tasks", "ls").orFail().lines().toList()) {
      String[] words = line.split("\\s+");
      if (words[0].equals(id)) {
        return words;
      }
    }
    return new String[0];
  }

  void awaitStatus(String id, String status) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!status(id).equals(status)) {
      assertThat(System.nanoTime()).as("%s: no %s: %s", id, status, log()).isLessThan(end);
      Node.pause(100);
    }
  }

  /// Deletes a task that has stopped and says its exit status.
  int deleteTask(String id) throws IOException {
    Result deleted = ctr("tasks", "delete", id);
    assertThat(deleted.exitCode()).as("task delete: %s", deleted.stderr()).isZero();
    String marker = "non-zero exit code ";
    int at = deleted.stderr().indexOf(marker);
    return at < 0
        ? 0
        : Integer.parseInt(deleted.stderr().substring(at + marker.length()).replaceAll("\\D", ""));
  }

  /// What the daemon has written.
  String log() throws IOException {
    return Files.readString(scratch.resolve("containerd.log"));
  }

  /// @throws AssertionError when a container has left anything but its image
  void assertNothingLeft() throws IOException {
    assertThat(ctr("tasks", "ls", "--quiet").orFail()).isEmpty();
    assertThat(ctr("containers", "ls", "--quiet").orFail()).isEmpty();
    leftovers.assertNothingIn("/run/containerd/io.containerd.runtime.v2.task", 2);
    leftovers.assertNothingIn("/run/containerd/runc", 2);
    leftovers.assertNothingIn("/run/containerd/fifo", 1);
    assertThat(node.sh("grep -F ' /run/containerd' /proc/self/mountinfo || true")).isEmpty();
    String mine = Target.prefix() + "*";
    assertThat(node.sh("find /sys/fs/cgroup -type d -name '" + mine + "' 2>/dev/null || true"))
        .as("control groups")
        .isEmpty();
  }

  @Override
  public void close() throws IOException {
    try {
      for (String id : ids) {
        ctr("tasks", "kill", "--signal", "KILL", id);
        ctr("tasks", "delete", "--force", id);
        ctr("containers", "delete", id);
      }
      assertNothingLeft();
    } finally {
      daemon.destroy();
      await(daemon);
      leftovers.endProcesses();
    }
    node.assertUntouched();
  }

  private Process begin() throws IOException {
    return new ProcessBuilder(
            node.inside()
                .enter(
                    "env",
                    "URUNJ_ACCEL=tcg",
                    "containerd",
                    "--config",
                    scratch.resolve("config.toml").toString()))
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(scratch.resolve("containerd.log").toFile()))
        .start();
  }

  private void awaitSocket() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (ctr("version").exitCode() != 0) {
      assertThat(System.nanoTime()).as("containerd does not answer: %s", log()).isLessThan(end);
      Node.pause(100);
    }
  }

  private static void await(Process process) {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("containerd does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
