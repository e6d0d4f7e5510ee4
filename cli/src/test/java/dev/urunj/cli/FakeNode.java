package dev.urunj.cli;

import dev.urunj.testkit.Programs;
import dev.urunj.testkit.Result;
import dev.urunj.testkit.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A node with a pod, where the command runs in a JVM of its own with stand-ins for the low-level
/// runtime and the monitor. State is in `/run/u`, moments go to `/run/log/moments.json`.
final class FakeNode implements AutoCloseable {
  static final String ROOT = "/run/u";
  static final String MOMENTS = "/run/log/moments.json";

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String POD =
      """
      mount -t tmpfs tmpfs /var/lib
      mkdir -p /run/netns
      ip netns add pod
      ip -n pod link add eth0 type veth peer name peer0
      ip -n pod link set eth0 addrgenmode none; ip -n pod link set peer0 addrgenmode none
      ip -n pod address add 10.1.0.2/24 dev eth0
      ip -n pod link set eth0 up; ip -n pod link set peer0 up
      ip -n pod route add default via 10.1.0.1
      """;
  private static final String SPEC =
      """
      {"ociVersion":"1.0.2",
       "process":{"user":{"uid":1000,"gid":1000},"args":["/bin/web"],"cwd":"/"},
       "root":{"path":"rootfs"},
       "annotations":{"com.urunc.unikernel.unikernelType":"linux",
         "com.urunc.unikernel.hypervisor":"qemu","com.urunc.unikernel.binary":"/kernel",
         "com.urunc.unikernel.initrd":"/initrd"},
       "linux":{"namespaces":[{"type":"network","path":"/run/netns/pod"}]}}
      """;

  private final TestNode node;
  private final Path directory;

  private FakeNode(TestNode node, Path directory) {
    this.node = node;
    this.directory = directory;
  }

  /// Starts it.
  ///
  /// @param directory an empty one
  static FakeNode start(Path directory) throws IOException {
    for (String name : new String[] {"runc", "crun", "monitor.pl"}) {
      try (InputStream in =
          Objects.requireNonNull(FakeNode.class.getResourceAsStream(name), name)) {
        Files.copy(in, directory.resolve(name));
      }
    }
    for (String name : new String[] {"runc", "crun"}) {
      Files.setPosixFilePermissions(
          directory.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.createDirectories(directory.resolve("bundle/rootfs"));
    Files.write(directory.resolve("bundle/rootfs/kernel"), kernel());
    Files.writeString(directory.resolve("bundle/rootfs/initrd"), "initrd");
    Files.writeString(directory.resolve("bundle/config.json"), SPEC);
    Files.writeString(
        directory.resolve("config.toml"),
        "[timestamps]\nenabled = true\ndestination = \"%s\"\n".formatted(MOMENTS)
            + "[monitors.qemu]\npath = \"/bin/true\"\n");
    TestNode node = TestNode.start();
    FakeNode fake = new FakeNode(node, directory);
    try {
      fake.shell(POD);
      return fake;
    } catch (Throwable t) {
      try (fake) {
        throw t;
      }
    }
  }

  /// Nothing but the magic numbers of both processors' kernels.
  private static byte[] kernel() {
    byte[] kernel = new byte[0x206];
    System.arraycopy("ARMd".getBytes(StandardCharsets.US_ASCII), 0, kernel, 56, 4);
    System.arraycopy("HdrS".getBytes(StandardCharsets.US_ASCII), 0, kernel, 0x202, 4);
    return kernel;
  }

  String shell(String script) throws IOException {
    return node.run("sh", "-ec", script).orFail();
  }

  TestNode node() {
    return node;
  }

  Result urunj(String... words) throws IOException {
    return Programs.run(TIMEOUT, commandLine(words));
  }

  Result create(String id) throws IOException {
    return urunj("create", "--bundle", bundle(), id);
  }

  String bundle() {
    return directory.resolve("bundle").toString();
  }

  /// Everything that could be left of containers: state, mounts, TAPs, qdiscs, processes.
  String leftovers() throws IOException {
    return shell(
        """
        ls -A /run/u 2>/dev/null || true
        grep -o ' /run/u[^ ]*' /proc/self/mountinfo || true
        ip -n pod -o link show type tun; ip -n pod -o link | grep urunc || true
        tc -n pod qdisc show dev eth0 | grep -E 'ingress|clsact' || true
        grep -l -a '%s/[mr][ou]n' /proc/[0-9]*/cmdline 2>/dev/null || true
        """
            .formatted(directory));
  }

  @Override
  public void close() {
    node.close();
  }

  /// A command that chooses the low-level runtime by itself, between the stand-ins.
  Result urunjOfItsOwnChoice(String... words) throws IOException {
    String path = "PATH=" + directory + ":" + System.getenv("PATH");
    return Programs.run(TIMEOUT, commandLine(List.of("-u", "URUNJ_RUNTIME", path), words));
  }

  /// The command line of a command, for a test that ends it early: `nsenter` becomes the JVM.
  List<String> commandLine(String... words) {
    return commandLine(List.of("URUNJ_RUNTIME=" + directory.resolve("runc")), words);
  }

  private List<String> commandLine(List<String> lowLevel, String... words) {
    List<String> line = new ArrayList<>(node.enter("env"));
    line.addAll(lowLevel);
    line.addAll(
        List.of(
            "URUNJ_ACCEL=tcg",
            "URUNJ_CONFIG_FILE=" + directory.resolve("config.toml"),
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-XX:-MaxFDLimit",
            "--enable-native-access=ALL-UNNAMED",
            "-Ddev.urunj.library=" + System.getProperty("dev.urunj.library"),
            "-Ddev.urunj.payload=" + System.getProperty("dev.urunj.payload"),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.urunj.cli.Main",
            "--root",
            ROOT));
    line.addAll(List.of(words));
    return line;
  }
}
