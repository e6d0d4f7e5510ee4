package dev.urunj.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Leftovers;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// podman with urunj as its runtime on a [Node]. All that it keeps is in the node's `/run` and in a
/// `/var/lib` of the node's own. Closing it removes the containers and checks that nothing stays.
final class Podman implements AutoCloseable {
  private static final String HOME = "/run/podman-e2e";
  private static final String SETTINGS = HOME + "/containers.conf";

  /// What this machine's limits ask for.
  private static final String LIMITS =
      """
      [containers]
      default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Node node;
  private final Leftovers leftovers;
  private final String cgroup = Target.unique();
  private final List<String> pods = new ArrayList<>();

  private Podman(Node node, Leftovers leftovers) {
    this.node = node;
    this.leftovers = leftovers;
  }

  /// Loads both images of [OciArchive].
  static Podman on(Pod pod) throws IOException {
    Node node = pod.node();
    node.sh("mount -t tmpfs tmpfs /var/lib; mkdir -p " + HOME + "/networks");
    node.sh("cat >" + SETTINGS + " <<'END'\n" + LIMITS + "END\n");
    Podman podman = new Podman(node, Leftovers.on(node, pod));
    podman.podman("load", "--quiet", "--input", OciArchive.web().toString()).orFail();
    podman.podman("load", "--quiet", "--input", OciArchive.busybox().toString()).orFail();
    node.remember();
    return podman;
  }

  Result podman(String... words) throws IOException {
    return node.run(line(words).toArray(String[]::new));
  }

  /// A command whose working directory is gone before it begins.
  Result inDeletedDirectory(String... words) throws IOException {
    String gone = "mkdir /run/gone && cd /run/gone && rmdir /run/gone && exec \"$@\"";
    List<String> line = new ArrayList<>(List.of("sh", "-c", gone, "sh"));
    line.addAll(line(words));
    return node.run(line.toArray(String[]::new));
  }

  /// `podman run` in a control group of the test's own.
  Result run(String... words) throws IOException {
    return podman(runWords(words));
  }

  /// The same on a terminal, which script(1) makes.
  Result runOnTerminal(String... words) throws IOException {
    StringBuilder line = new StringBuilder("exec");
    for (String word : line(runWords(words))) {
      line.append(" '").append(word).append('\'');
    }
    return node.run("script", "-qfec", line.toString(), "/dev/null");
  }

  /// The words that [#run] runs.
  List<String> runLine(String... words) {
    return line(runWords(words));
  }

  private String[] runWords(String... words) {
    List<String> all = new ArrayList<>(List.of("run", "--cgroup-parent", "/" + cgroup));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  private List<String> line(String... words) {
    List<String> line = new ArrayList<>(List.of("env", "URUNJ_ACCEL=tcg"));
    line.addAll(List.of("CONTAINERS_CONF=" + SETTINGS, "podman"));
    line.addAll(List.of("--root", HOME + "/root", "--runroot", HOME + "/runroot"));
    line.addAll(List.of("--tmpdir", HOME + "/tmp", "--network-config-dir", HOME + "/networks"));
    line.addAll(List.of("--storage-driver", "vfs", "--events-backend", "file"));
    line.addAll(List.of("--cgroup-manager", "cgroupfs"));
    line.addAll(List.of("--runtime", Target.launcher().toString()));
    line.addAll(List.of(words));
    return line;
  }

  /// Makes a pod whose first container does nothing.
  ///
  /// @param words more of `podman pod create`
  void createPod(String name, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("pod", "create", "--name", name));
    all.addAll(List.of("--cgroup-parent", "/" + cgroup));
    all.addAll(List.of("--infra-image", OciArchive.BUSYBOX));
    all.addAll(List.of("--infra-command", "/bin/busybox sleep 600"));
    all.addAll(List.of(words));
    pods.add(podman(all.toArray(String[]::new)).orFail().strip());
  }

  /// A field of `podman inspect`, as a Go template.
  String inspect(String name, String template) throws IOException {
    return podman("inspect", "--format", template, name).orFail().strip();
  }

  /// `running`, `paused`, `exited`.
  String status(String name) throws IOException {
    return inspect(name, "{{.State.Status}}");
  }

  /// The console of the container `web`, for messages.
  String console() throws IOException {
    Result logs = podman("logs", "web");
    return logs.stdout() + logs.stderr();
  }

  /// Kills the container's process from outside.
  void killProcess(String name) throws IOException {
    long pid = Long.parseLong(inspect(name, "{{.State.Pid}}"));
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    awaitStatus(name, "exited");
  }

  void awaitStatus(String name, String status) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!status(name).equals(status)) {
      assertThat(System.nanoTime()).as("%s: no %s: %s", name, status, status(name)).isLessThan(end);
      Node.pause(100);
    }
  }

  /// @throws AssertionError when a container has left anything but its image
  void assertNothingLeft() throws IOException {
    assertThat(podman("ps", "--all", "--quiet").orFail()).isEmpty();
    leftovers.assertNothingIn("/run/urunj", 1);
    leftovers.assertNothingIn("/run/runc", 1);
    for (String pod : pods) {
      leftovers.removeEmptyCgroups(
          cgroup + "/" + pod); // podman forgets them where both versions are
    }
    leftovers.removeEmptyCgroups(cgroup);
  }

  @Override
  public void close() throws IOException {
    try {
      podman("pod", "rm", "--all", "--force", "--time", "0");
      podman("rm", "--all", "--force", "--time", "0");
      leftovers.endProcesses();
      assertNothingLeft();
    } finally {
      leftovers.endProcesses();
    }
  }
}
