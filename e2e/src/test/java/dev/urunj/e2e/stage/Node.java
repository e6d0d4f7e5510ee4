package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Result;
import dev.urunj.testkit.TestNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The node of a test, with pods. Ends with everything in it; the machine is never touched.
public final class Node implements AutoCloseable {
  private final TestNode inside;
  private final List<Pod> pods = new ArrayList<>();
  private String before = "";

  private Node(TestNode inside) {
    this.inside = inside;
  }

  /// Starts an empty node. IPv6 addresses are usable at once, so that snapshots are stable.
  public static Node start() throws IOException {
    return prepared(TestNode.start());
  }

  /// Starts an empty node with process ids of its own: those of [Container#pid] are the node's
  /// then.
  static Node startWithOwnProcesses() throws IOException {
    return prepared(TestNode.startWithOwnProcesses());
  }

  private static Node prepared(TestNode inside) throws IOException {
    Node node = new Node(inside);
    node.sh("mkdir -p /run/netns; " + noDad());
    node.remember();
    return node;
  }

  public TestNode inside() {
    return inside;
  }

  /// An ordinary pod with a number of its own, see [PodSpec#number].
  public Pod pod(String name) throws IOException {
    return pod(name, PodSpec.number(Target.number() % 250));
  }

  /// Makes a pod's namespace and its link to the node.
  ///
  /// @param name at most ten characters
  public Pod pod(String name, PodSpec spec) throws IOException {
    Pod pod = passingPod(name, spec);
    pods.add(pod);
    pod.remember();
    remember();
    return pod;
  }

  /// A pod whose namespace the test has made by itself; it is compared with what it is now.
  ///
  /// @param address of its interface, without prefix length
  public Pod adopt(String name, String address) throws IOException {
    Pod pod = new Pod(this, name, PodSpec.number(1).withAddresses(address));
    pods.add(pod);
    pod.remember();
    remember();
    return pod;
  }

  /// A pod that the test itself looks at and removes, or loses.
  public Pod passingPod(String name, PodSpec spec) throws IOException {
    sh(nodeScript(name, spec));
    Pod pod = new Pod(this, name, spec);
    pod.run("sh", "-ec", podScript(spec) + carrier(spec.link())).orFail();
    sh(carrier(nodeLink(name)));
    return pod;
  }

  /// Makes a mount of `/run/netns`, as the first `ip netns add` does, and counts it to the node.
  public void withNamedNamespaces() throws IOException {
    sh("ip netns add first; ip netns del first");
    remember();
  }

  /// Makes ordinary pods, all in one go: each of the others costs snapshots of all before it.
  public List<Pod> pods(int count) throws IOException {
    List<Pod> made = new ArrayList<>();
    StringBuilder script = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      String name = "crowd" + i;
      PodSpec spec = PodSpec.number(i);
      script.append(nodeScript(name, spec));
      String inPod = podScript(spec) + carrier(spec.link());
      script.append("nsenter --net=/run/netns/" + name + " sh -ec '" + inPod + "'\n");
      script.append(carrier(nodeLink(name)));
      made.add(new Pod(this, name, spec));
    }
    sh(script.toString());
    pods.addAll(made);
    String all = snapshotOfAll();
    for (Pod pod : made) {
      pod.remember(section(all, pod.name()));
    }
    remember();
    return made;
  }

  /// Removes a pod's namespace as the CNI's caller does; processes in it keep it.
  public void remove(Pod pod) throws IOException {
    sh("ip link del " + pod.nodeLink() + " 2>/dev/null || true; ip netns del " + pod.name());
    pods.remove(pod);
    remember();
  }

  /// Runs a command on the node to its end.
  public Result run(String... command) throws IOException {
    return inside.run(command);
  }

  /// Runs a script on the node that must succeed.
  public String sh(String script) throws IOException {
    return run("sh", "-ec", script).orFail();
  }

  /// A file of the node as a path of the machine: the node has a `/run` of its own.
  public Path path(String onNode) {
    return Path.of("/proc/" + inside.pid() + "/root" + onNode);
  }

  /// Everything that the node's network and mounts consist of, without its pods, and without the
  /// pins of containers that are there: see [Urunj#assertNothingLeft].
  String snapshot() throws IOException {
    return withoutPins(inside.snapshot());
  }

  private static String withoutPins(String snapshot) {
    StringBuilder without = new StringBuilder();
    for (String line : snapshot.lines().toList()) {
      if (!line.contains(" " + Urunj.ROOT + "/")) {
        without.append(line).append('\n');
      }
    }
    return without.toString();
  }

  public String snapshotOf(String pod) throws IOException {
    return section(inside.snapshot(pod), pod);
  }

  private String snapshotOfAll() throws IOException {
    return inside.snapshot(pods.stream().map(Pod::name).toArray(String[]::new));
  }

  private static String section(String snapshot, String name) {
    int begin = snapshot.indexOf("## " + name + "\n");
    int next = snapshot.indexOf("\n## ", begin);
    return snapshot.substring(begin, next < 0 ? snapshot.lastIndexOf("# mounts") : next + 1);
  }

  /// Takes the snapshot that [#assertUntouched] compares with, after a change that is meant.
  public void remember() throws IOException {
    before = snapshot();
  }

  /// Compares the node and its pods with the last snapshot.
  ///
  /// @throws AssertionError when the node or one of its pods is not as it was after its creation
  public void assertUntouched() throws IOException {
    String all = snapshotOfAll();
    String node = section(all, "node") + all.substring(all.lastIndexOf("# mounts"));
    assertThat(withoutPins(node)).as("the node").isEqualTo(before);
    for (Pod pod : pods) {
      pod.assertUntouched(section(all, pod.name()));
    }
  }

  @Override
  public void close() {
    inside.close();
  }

  static String nodeLink(String pod) {
    return "v-" + pod;
  }

  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// Shell: IPv6 addresses of the namespace are usable at once.
  public static String noDad() {
    return "echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad;"
        + "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad;";
  }

  /// Shell: waits for what follows when both ends of a link are up, which on a busy machine comes
  /// late: first the state, then the link-local address with its route. A link that is meant to be
  /// down has two seconds for the one, a port of a bridge half a second for the other.
  public static String carrier(String link) {
    return until(100, "ip -br link show dev " + link + " | grep -q \" UP \"")
        + until(25, "ip -6 route show table local dev " + link + " | grep -q fe80");
  }

  private static String until(int tries, String condition) {
    return "for try in $(seq " + tries + "); do " + condition + " && break; sleep 0.02; done\n";
  }

  private static String nodeScript(String name, PodSpec spec) {
    String link = nodeLink(name);
    String bridge = spec.bridge();
    StringBuilder script = new StringBuilder("ip netns add " + name + "\n");
    script.append("nsenter --net=/run/netns/" + name + " sh -c '" + noDad() + "'\n");
    script.append("ip link add " + link + " type veth peer name " + spec.link());
    script.append(" netns " + name + "\n");
    if (spec.mtu() > 0) {
      script.append("ip link set " + link + " mtu " + spec.mtu() + "\n");
    }
    String addressed = link;
    if (bridge != null) {
      addressed = bridge;
      script.append("[ -e /proc/sys/net/ipv4/conf/" + bridge + " ] || {");
      script.append(" ip link add " + bridge + " type bridge; ip link set " + bridge + " up; }\n");
      script.append("ip link set " + link + " master " + bridge + "\n");
    }
    for (String address : spec.nodeAddresses()) {
      script.append("ip addr replace " + address + " dev " + addressed + "\n");
    }
    script.append("ip link set " + link + " up\n");
    if (spec.onLink()) {
      for (String address : spec.addresses()) {
        script.append("ip route add " + address.replaceFirst("/.*", "") + " dev " + link + "\n");
      }
    }
    return script.toString();
  }

  private static String podScript(PodSpec spec) {
    StringBuilder script = new StringBuilder("ip link set lo up\n");
    if (spec.mac() != null) {
      script.append("ip link set " + spec.link() + " address " + spec.mac() + "\n");
    }
    if (spec.mtu() > 0) {
      script.append("ip link set " + spec.link() + " mtu " + spec.mtu() + "\n");
    }
    script.append("ip link set " + spec.link() + " up\n");
    for (String address : spec.addresses()) {
      script.append("ip addr add " + address + " dev " + spec.link() + "\n");
    }
    for (String gateway : spec.gateways()) {
      script.append("ip route add default via " + gateway + " dev " + spec.link());
      script.append(spec.onLink() ? " onlink\n" : "\n");
    }
    for (String command : spec.podCommands()) {
      script.append(command).append('\n');
    }
    return script.toString();
  }
}
