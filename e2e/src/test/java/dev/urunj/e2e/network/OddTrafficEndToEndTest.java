package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Stage;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Traffic beyond small packets on a wide road, between the world, a sidecar and a guest that are
/// joined by the pod fabric: in fragments, larger than the MTU of the path, in frames of 64 KB,
/// with a VLAN tag, without offloads; and beside the filters of another program.
@EndToEnd
class OddTrafficEndToEndTest {
  private static final String BULK = Integer.toString(4 << 20);
  private static final String SOME = Integer.toString(1 << 18);
  private static final int ETHERNET_HEADER = 14;
  private static final List<String> LOCALHOST = List.of("127.0.0.1", "::1");
  private static final List<String> ALIAS = List.of("169.254.223.1", "fd75:7275:6e6a:1::1");
  private static final Pattern LONGEST = Pattern.compile("longest received (\\d+) sent (\\d+)");
  private static final Pattern MAC = Pattern.compile("link/ether ([0-9a-f:]+) ");
  private static final Pattern COUNTED = Pattern.compile("Sent \\d+ bytes (\\d+) pkt");

  /// Another program looks at all that the pod's links receive and send, before us, and passes it
  /// on.
  private static final String FOREIGN =
      """
      ip link add ear type veth peer name ear0; ip link set ear up; ip link set ear0 up
      for link in eth0 lo; do
        tc qdisc add dev $link clsact
        for way in ingress egress; do
          tc filter add dev $link $way protocol all prio 5 u32 match u32 0 0 \
            action mirred egress mirror dev ear continue
        done
      done
      """;

  /// The root queue of many distributions; this kernel may not have it.
  private static final String FAIR_QUEUES =
      "for link in eth0 lo; do tc qdisc replace dev $link root fq 2>/dev/null || true; done";

  @RegisterExtension final Stage stage = new Stage();

  private Pod pod;
  private Wire wire;

  @BeforeEach
  void build() throws IOException {
    pod = stage.pod("odd", spec().withPodCommand(FOREIGN).withPodCommand(FAIR_QUEUES));
    wire = Wire.around(stage, pod);
  }

  @AfterEach
  void endAgents() {
    wire.close();
  }

  @Test
  void everyShapeOfTrafficFindsItsStackAndForeignFiltersSeeItAll() throws Exception {
    Container guest = stage.urunj().create(Wire.bundle(pod)).start();
    wire.await(guest);
    fragmentsAreWhole();
    framesOfSixtyFourKilobytesCross();
    framesOfOtherProtocolsAndTagsAreTheGuests();
    messagesAboutThePathReachWhoeverSent();
    foreignFiltersCount();
    withoutOffloadEverythingArrivesInSmallFrames();
    guest.end();
    foreignFiltersCount();
    pod.assertUntouched();
  }

  private static PodSpec spec() {
    return PodSpec.number(1)
        .withAddresses("10.9.1.2/24", "fd09:1::2/64")
        .withNodeAddresses("10.9.1.1/24", "fd09:1::1/64")
        .withGateways("10.9.1.1", "fd09:1::1");
  }

  private void fragmentsAreWhole() throws IOException {
    for (int family = 0; family < 2; family++) {
      for (String size : List.of("1473", "4000", "8000")) {
        datagrams(family, size);
      }
    }
  }

  /// Every pair of places, there and back.
  private void datagrams(int family, String size) throws IOException {
    String podAddress = podAddress(family);
    String world = nodeAddress(family);
    String echoed = "echoed " + size;
    assertThat(wire.near("datagram", podAddress, Wire.GUEST_PORT, size)).contains(echoed);
    assertThat(wire.near("datagram", podAddress, Wire.SIDECAR_PORT, size)).contains(echoed);
    assertThat(wire.guest("datagram", world, Wire.WORLD_PORT, size)).contains(echoed);
    assertThat(wire.sidecar("datagram", world, Wire.WORLD_PORT, size)).contains(echoed);
    assertThat(wire.sidecar("datagram", LOCALHOST.get(family), Wire.GUEST_PORT, size))
        .contains(echoed);
    assertThat(wire.guest("datagram", ALIAS.get(family), Wire.SIDECAR_PORT, size)).contains(echoed);
  }

  private void framesOfSixtyFourKilobytesCross() throws IOException {
    String tap = pod.taps();
    for (int family = 0; family < 2; family++) {
      String podAddress = podAddress(family);
      String world = nodeAddress(family);
      String localhost = LOCALHOST.get(family);
      String alias = ALIAS.get(family);
      String[] bring = {"bring", podAddress, Wire.GUEST_PORT, BULK};
      assertThat(sent(watchWhile(tap, world, Wire.WORLD_PORT, bring)))
          .as("world to guest")
          .isGreaterThan(10 * Wire.WIDE);
      String[] out = {"bring", world, Wire.WORLD_PORT, BULK};
      assertThat(received(watchWhile(tap, localhost, Wire.GUEST_PORT, out)))
          .as("guest to world")
          .isGreaterThan(10 * Wire.WIDE);
      String said = wire.sidecar("watch", tap, "bring", localhost, Wire.GUEST_PORT, BULK);
      assertThat(sent(said)).as("sidecar to guest").isGreaterThan(10 * Wire.WIDE);
      String[] back = {"bring", alias, Wire.SIDECAR_PORT, BULK};
      assertThat(received(watchWhile(tap, localhost, Wire.GUEST_PORT, back)))
          .as("guest to sidecar")
          .isGreaterThan(10 * Wire.WIDE);
    }
  }

  /// Looks at a link of the pod while an agent runs a command.
  private String watchWhile(String link, String host, String port, String... words)
      throws IOException {
    String[] line = new String[words.length + 5];
    System.arraycopy(new String[] {"watch", link, "ask", host, port}, 0, line, 0, 5);
    System.arraycopy(words, 0, line, 5, words.length);
    return wire.sidecar(line);
  }

  /// The pod's stack has no use for either.
  private void framesOfOtherProtocolsAndTagsAreTheGuests() throws IOException {
    String mac = macOf(pod.run("ip", "-o", "link", "show", "dev", "eth0").orFail());
    String world = macOf(stage.node().sh("ip -o link show dev " + pod.nodeLink()));
    for (String vlan : List.of("0", "7", "4094")) {
      assertThat(wire.near("frame", pod.nodeLink(), mac, vlan)).contains("tag " + vlan);
      assertThat(wire.guest("frame", "eth0", world, vlan)).contains("tag " + vlan);
    }
  }

  /// The narrow link is in the middle of the way: the sender learns of it by ICMP alone, unless the
  /// other end knows already: it says so when a connection is opened.
  private void messagesAboutThePathReachWhoeverSent() throws IOException {
    String narrow = "mtu " + Wire.NARROW;
    for (int family = 0; family < 2; family++) {
      String far = Wire.FAR.get(family);
      String podAddress = podAddress(family);
      assertThat(wire.far("bring", podAddress, Wire.GUEST_PORT, BULK)).contains("whole", narrow);
      assertThat(wire.far("bring", podAddress, Wire.SIDECAR_PORT, BULK)).contains("whole", narrow);
      wire.forgetPaths();
      assertThat(wire.guest("bring", far, Wire.WORLD_PORT, BULK)).contains("whole", narrow);
      assertThat(wire.sidecar("bring", far, Wire.WORLD_PORT, BULK)).contains("whole", narrow);
      assertThat(wire.far("fetch", podAddress, Wire.GUEST_PORT, BULK)).contains("whole");
      assertThat(wire.guest("datagram", far, Wire.WORLD_PORT, "8000")).contains("echoed", narrow);
      assertThat(wire.sidecar("datagram", far, Wire.WORLD_PORT, "8000")).contains("echoed", narrow);
      assertThat(wire.far("datagram", podAddress, Wire.GUEST_PORT, "8000")).contains("echoed");
    }
  }

  private void foreignFiltersCount() throws IOException {
    for (String link : List.of("eth0", "lo")) {
      for (String way : List.of("ingress", "egress")) {
        int before = counted(link, way);
        wire.near("datagram", podAddress(0), Wire.SIDECAR_PORT, "100");
        wire.sidecar("datagram", LOCALHOST.get(0), Wire.SIDECAR_PORT, "100");
        assertThat(counted(link, way)).as("%s %s", link, way).isGreaterThan(before);
      }
    }
  }

  private int counted(String link, String way) throws IOException {
    String shown = pod.run("tc", "-s", "filter", "show", "dev", link, way, "prio", "5").orFail();
    return number(COUNTED, 1, shown);
  }

  /// Checksums are finished where the packet is made, and looked at where it ends.
  private void withoutOffloadEverythingArrivesInSmallFrames() throws IOException {
    String tap = pod.taps();
    wire.near("offload", pod.nodeLink(), "off");
    for (String link : List.of("eth0", "lo", tap)) {
      wire.sidecar("offload", link, "off");
    }
    wire.guest("offload", "eth0", "off");
    for (int family = 0; family < 2; family++) {
      String podAddress = podAddress(family);
      String world = nodeAddress(family);
      String localhost = LOCALHOST.get(family);
      String[] bring = {"bring", podAddress, Wire.GUEST_PORT, SOME};
      String said = watchWhile(tap, world, Wire.WORLD_PORT, bring);
      assertThat(Math.max(sent(said), received(said)))
          .as("no frame is longer than the MTU")
          .isLessThanOrEqualTo(Wire.WIDE + ETHERNET_HEADER);
      wire.guest("bring", world, Wire.WORLD_PORT, SOME);
      wire.sidecar("bring", localhost, Wire.GUEST_PORT, SOME);
      wire.sidecar("fetch", localhost, Wire.GUEST_PORT, SOME);
      wire.guest("bring", ALIAS.get(family), Wire.SIDECAR_PORT, SOME);
      wire.guest("fetch", ALIAS.get(family), Wire.SIDECAR_PORT, SOME);
      wire.near("bring", podAddress, Wire.SIDECAR_PORT, SOME);
      datagrams(family, "4000");
    }
  }

  private static String macOf(String shown) {
    Matcher found = MAC.matcher(shown);
    assertThat(found.find()).as(shown).isTrue();
    return found.group(1);
  }

  private static int received(String said) {
    return number(LONGEST, 1, said);
  }

  private static int sent(String said) {
    return number(LONGEST, 2, said);
  }

  private static int number(Pattern pattern, int group, String text) {
    Matcher found = pattern.matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return Integer.parseInt(found.group(group));
  }

  private String podAddress(int family) {
    return pod.spec().addresses().get(family).replaceFirst("/.*", "");
  }

  private String nodeAddress(int family) {
    return pod.spec().nodeAddresses().get(family).replaceFirst("/.*", "");
  }
}
