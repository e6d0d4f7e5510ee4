package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The program `src/test/c/wire.c` at four places that send each other traffic:
///
/// ```
///   far --1500-- middle --1300-- node --1500-- pod: a sidecar and a guest
/// ```
///
/// The node is the near part of the world. What is far is behind a narrow link, and the routers on
/// both sides of it say so. Close it before the node.
final class Wire implements AutoCloseable {
  static final int WIDE = 1500;
  static final int NARROW = 1300;
  static final String GUEST_PORT = "7000";
  static final String SIDECAR_PORT = "7001";
  static final String WORLD_PORT = "7002";

  /// Of IPv4 and of IPv6.
  static final List<String> FAR = List.of("10.99.0.2", "fd99::2");

  private static final Duration BOOT = Duration.ofSeconds(60);

  private static final String ROUTERS =
      """
      echo 1 >/proc/sys/net/ipv4/ip_forward
      echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
      for ns in middle far; do
        ip netns add $ns
        nsenter --net=/run/netns/$ns sh -ec 'NO_DAD
          echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
          ip link set lo up'
      done
      ip link add narrow mtu 1300 type veth peer name narrow netns middle
      ip -n middle link set narrow mtu 1300
      ip -n middle link add wide type veth peer name wide netns far
      link() { ip -n $1 addr add 10.$3 dev $2; ip -n $1 addr add fd$4 dev $2; ip -n $1 link set $2 up; }
      ip addr add 10.98.0.1/24 dev narrow; ip addr add fd98::1/64 dev narrow; ip link set narrow up
      link middle narrow 98.0.2/24 98::2/64
      link middle wide 99.0.1/24 99::1/64
      link far wide 99.0.2/24 99::2/64
      ip route add 10.99.0.0/24 via 10.98.0.2; ip route add fd99::/64 via fd98::2
      ip -n middle route add default via 10.98.0.1; ip -n middle route add default via fd98::1
      ip -n far route add default via 10.99.0.1; ip -n far route add default via fd99::1
      """
          .replace("NO_DAD", Node.noDad());

  private final Node node;
  private final Pod pod;
  private final String program = program();
  private final List<Long> agents = new ArrayList<>();

  private Wire(Node node, Pod pod) throws IOException {
    this.node = node;
    this.pod = pod;
  }

  /// Builds what lies behind the node, and starts the agents of node, far and pod.
  static Wire around(Stage stage, Pod pod) throws IOException {
    Wire wire = new Wire(stage.node(), pod);
    wire.node.sh(ROUTERS);
    wire.node.remember();
    wire.start(wire.node.inside().enter(), WORLD_PORT, pod.nodeLink());
    wire.start(wire.node.inside().enterNamed("far"), WORLD_PORT, "wide");
    wire.start(wire.node.inside().enterNamed(pod.name()), SIDECAR_PORT, "lo");
    return wire;
  }

  /// A bundle whose guest is an agent. Its network card shows it all tags, not only those for which
  /// it has an interface.
  static BundleBuilder bundle(Pod pod) throws IOException {
    return BundleBuilder.linuxWeb(pod)
        .mount("/bin/wire", program(), "ro")
        .args(
            "/bin/sh",
            "-c",
            "ip link set eth0 promisc on; exec wire agent " + GUEST_PORT + " eth0");
  }

  private static String program() throws IOException {
    return Target.linkedStatically("wire").toString();
  }

  void await(Container guest) throws IOException {
    guest.awaitConsole("wire: agent at " + GUEST_PORT, BOOT);
  }

  /// `wire WORDS` where the caller stands; it must succeed.
  ///
  /// @return what it printed
  String near(String... words) throws IOException {
    return said(node.run(line(words)), "node", words);
  }

  String far(String... words) throws IOException {
    return said(node.inside().runNamed("far", line(words)), "far", words);
  }

  String sidecar(String... words) throws IOException {
    return said(pod.run(line(words)), "sidecar", words);
  }

  String guest(String... words) throws IOException {
    List<String> asked = new ArrayList<>(List.of("ask", pod.address(), GUEST_PORT));
    asked.addAll(List.of(words));
    return said(node.run(line(asked.toArray(String[]::new))), "guest", words);
  }

  /// Those who are far do not know the MTU of any path any more.
  void forgetPaths() throws IOException {
    node.inside()
        .runNamed("far", "sh", "-ec", "ip -4 route flush cache; ip -6 route flush cache")
        .orFail();
  }

  private String[] line(String... words) {
    List<String> line = new ArrayList<>(List.of(program));
    line.addAll(Arrays.asList(words));
    return line.toArray(String[]::new);
  }

  private static String said(Result result, String where, String... words) {
    assertThat(result.exitCode())
        .as("%s: wire %s: %s%s", where, String.join(" ", words), result.stdout(), result.stderr())
        .isZero();
    return result.stdout().strip();
  }

  private void start(List<String> entered, String port, String link) throws IOException {
    List<String> line = new ArrayList<>(entered);
    line.addAll(List.of(program, "agent", port, link));
    Process agent = new ProcessBuilder(line).redirectErrorStream(true).start();
    agents.add(agent.pid());
    assertThat(agent.inputReader().readLine()).isEqualTo("wire: agent at " + port);
  }

  @Override
  public void close() {
    for (long agent : agents) {
      ProcessHandle.of(agent).ifPresent(Wire::destroy);
    }
  }

  private static void destroy(ProcessHandle agent) {
    agent.descendants().forEach(ProcessHandle::destroyForcibly);
    agent.destroyForcibly();
  }
}
