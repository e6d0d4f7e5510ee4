package dev.urunj.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.GuestImage;
import dev.urunj.e2e.stage.Leftovers;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Programs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Docker's engine on a [Node], with urunj as one of its runtimes. It is Debian's package (from 13
/// on two, because the command is one of its own), unpacked but not installed: an installed one
/// would start, and change the machine's network. All that it keeps is in the node's `/run`.
final class Docker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String HOME = "/run/docker-e2e";

  private static final String UNPACK =
      """
      mkdir -p "$1/new" && cd "$1/new"
      apt-cache show docker.io > /dev/null 2>&1 || apt-get update -q
      apt-get download -q docker.io
      if apt-cache show docker-cli > /dev/null 2>&1; then apt-get download -q docker-cli; fi
      for package in *.deb; do dpkg-deb -x "$package" .; done
      mv "$1/new" "$1/engine"
      """;

  private final Node node;
  private final Leftovers leftovers;
  private final Path engine;
  private final Path log;
  private final String cgroup = Target.unique();
  private final Process daemon;

  private Docker(Node node, Leftovers leftovers) throws IOException {
    this.node = node;
    this.leftovers = leftovers;
    this.engine = unpacked();
    this.log = Target.scratch().resolve("dockerd.log");
    this.daemon = begin();
  }

  /// Starts the engine with two images: `web`, the guest of `images/linux-web`, and `busybox`.
  ///
  /// @param pod any of the node
  static Docker on(Pod pod) throws IOException {
    Node node = pod.node();
    node.sh(
        "mkdir -p /run/etc/upper /run/etc/work "
            + HOME
            + "; mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work"
            + " overlay /etc; mkdir -p /etc/docker");
    Docker docker = new Docker(node, Leftovers.on(node, pod));
    try {
      docker.awaitAnswer();
      docker.load(GuestImage.linuxWeb(), "web", "CMD [\"/bin/web\"]");
      docker.load(GuestImage.busybox(), "busybox", "CMD [\"/bin/sh\"]");
      return docker;
    } catch (Throwable t) {
      docker.daemon.destroyForcibly();
      throw t;
    }
  }

  private static Path unpacked() throws IOException {
    Path directory = Target.directory().resolve("docker");
    Path engine = directory.resolve("engine");
    Target.once(() -> {
      if (!Files.exists(engine)) {
        Programs.run(
                Duration.ofMinutes(3), List.of("sh", "-ec", UNPACK, "sh", directory.toString()))
            .orFail();
      }
    });
    return engine;
  }

  private Process begin() throws IOException {
    List<String> line = new ArrayList<>(List.of("env", "URUNJ_ACCEL=tcg", path(), "dockerd"));
    line.addAll(List.of("--data-root", HOME + "/data", "--exec-root", HOME + "/exec"));
    line.addAll(List.of("--host", "unix:///run/docker.sock", "--pidfile", HOME + "/pid"));
    line.addAll(List.of("--storage-driver", "vfs", "--cgroup-parent", "/" + cgroup));
    line.addAll(List.of("--add-runtime", "urunj=" + Target.launcher()));
    return new ProcessBuilder(node.inside().enter(line.toArray(String[]::new)))
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.toFile()))
        .start();
  }

  private String path() {
    return "PATH=" + engine + "/usr/sbin:" + engine + "/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  }

  private void awaitAnswer() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (docker("version").exitCode() != 0) {
      assertThat(System.nanoTime())
          .as("the engine does not answer: %s", Files.readString(log))
          .isLessThan(end);
      Node.pause(100);
    }
  }

  private void load(Path rootfs, String name, String change) throws IOException {
    node.sh(
        "tar -C '"
            + rootfs
            + "' -c . | env "
            + path()
            + " docker import --change '"
            + change
            + "' --change 'ENV PATH=/bin:/sbin' - "
            + name);
  }

  Result docker(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("env", path(), "docker"));
    line.addAll(List.of(words));
    return node.run(line.toArray(String[]::new));
  }

  /// `docker run --detach`.
  void run(String name, List<String> options, String image, String... command) throws IOException {
    List<String> words = new ArrayList<>(List.of("run", "--detach", "--name", name));
    words.addAll(options);
    words.add(image);
    words.addAll(List.of(command));
    docker(words.toArray(String[]::new)).orFail();
  }

  /// A field of `docker inspect`, as a Go template.
  String inspect(String name, String template) throws IOException {
    return docker("inspect", "--format", template, name).orFail().strip();
  }

  /// Of a container in the network of that name.
  String address(String name, String network) throws IOException {
    return inspect(name, "{{.NetworkSettings.Networks." + network + ".IPAddress}}");
  }

  /// What a container has printed.
  String logs(String name) throws IOException {
    Result logs = docker("logs", name);
    return logs.stdout() + logs.stderr();
  }

  /// @throws AssertionError when a container has left state or processes
  void assertNothingLeft() throws IOException {
    assertThat(docker("ps", "--all", "--quiet").orFail()).isEmpty();
    assertThat(node.sh("find /run -name urunj.json")).as("state of urunj").isEmpty();
    leftovers.assertNothingIn(HOME + "/exec/containerd/daemon/io.containerd.runtime.v2.task", 2);
  }

  @Override
  public void close() throws IOException {
    try {
      for (String id : docker("ps", "--all", "--quiet").stdout().lines().toList()) {
        docker("rm", "--force", id);
      }
      assertNothingLeft();
    } finally {
      end();
    }
  }

  /// The engine ends its containerd itself.
  private void end() throws IOException {
    daemon.destroy();
    try {
      if (!daemon.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        daemon.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    leftovers.endProcesses();
    leftovers.removeEmptyCgroups(cgroup);
  }
}
