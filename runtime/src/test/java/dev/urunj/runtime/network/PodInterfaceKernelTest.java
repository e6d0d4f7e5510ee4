package dev.urunj.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.tap.Tap;
import dev.urunj.linux.tap.TapSpec;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Needs(
    root = true,
    programs = {"ip", "tc"},
    files = "/dev/net/tun")
class PodInterfaceKernelTest {
  private Pod pod;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.empty();
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  @Test
  void emptyNamespaceHasNone() throws IOException {
    assertThat(find()).isNull();
  }

  @Test
  void loopbackIsNone() throws IOException {
    pod.shell("ip link set lo up; ip address add 10.0.0.1/32 dev lo");
    assertThat(find()).isNull();
  }

  @Test
  void isTheOneWithTheDefaultRouteWhateverItsName() throws IOException {
    link("net1", "10.1.0.2/24");
    link("any-name", "10.2.0.2/24");
    pod.shell("ip route add default via 10.2.0.1");
    assertThat(name()).isEqualTo("any-name");
  }

  @Test
  void lowestMetricWins() throws IOException {
    link("eth0", "10.1.0.2/24");
    link("eth1", "10.2.0.2/24");
    pod.shell("ip route add default via 10.1.0.1 metric 200");
    pod.shell("ip route add default via 10.2.0.1 metric 100");
    assertThat(name()).isEqualTo("eth1");
  }

  /// As pods of EKS have it whose network is IPv6.
  @Test
  void linkLocalWayOutByIpv4IsNotThePods() throws IOException {
    link("eth0", "fd00:1::2/128");
    link("v4if0", "169.254.172.2/22");
    pod.shell("ip -6 route add default via fe80::1 dev eth0");
    pod.shell("ip route add default via 169.254.172.1");
    assertThat(name()).isEqualTo("eth0");
    pod.shell("ip -6 route del default");
    assertThat(name()).as("without another").isEqualTo("v4if0");
  }

  @Test
  void ipv4DefaultRouteWinsOverIpv6() throws IOException {
    link("eth0", "fd00:1::2/64");
    link("eth1", "10.2.0.2/24");
    pod.shell("ip -6 route add default via fd00:1::1 metric 1");
    pod.shell("ip route add default via 10.2.0.1 metric 900");
    assertThat(name()).isEqualTo("eth1");
  }

  @Test
  void podWithIpv6AloneHasOne() throws IOException {
    link("eth0", "fd00:1::2/64");
    pod.shell("ip -6 route add default via fd00:1::1");
    PodInterface found = Objects.requireNonNull(find());
    assertThat(found.link().name()).isEqualTo("eth0");
    assertThat(found.addresses()).hasSize(1);
    assertThat(found.addresses().getFirst().prefixLength()).isEqualTo(64);
    assertThat(found.routes()).extracting(Route::isDefault).contains(true);
  }

  @Test
  void blackholeAsDefaultRouteLeadsNowhere() throws IOException {
    link("eth0", "10.1.0.2/24");
    link("eth1", "10.2.0.2/24");
    pod.shell("ip route add blackhole default");
    assertThat(find()).isNull();
  }

  @Test
  void defaultRouteOfAnotherTableDoesNotCount() throws IOException {
    link("eth0", "10.1.0.2/24");
    link("eth1", "10.2.0.2/24");
    pod.shell("ip route add default via 10.2.0.1 table 100");
    assertThat(find()).isNull();
  }

  @Test
  void withoutDefaultRouteTheOnlyCandidateIsTaken() throws IOException {
    link("eth7", "10.1.0.2/30");
    assertThat(name()).isEqualTo("eth7");
  }

  @Test
  void withoutDefaultRouteSeveralCandidatesAreNone() throws IOException {
    link("eth0", "10.1.0.2/24");
    link("eth1", "10.2.0.2/24");
    assertThat(find()).isNull();
  }

  @Test
  void linkThatIsDownOrHasOnlyALinkLocalAddressIsNoCandidate() throws IOException {
    link("eth0", "10.1.0.2/24");
    link("eth1", "10.2.0.2/24");
    link("eth2", "fe80::5/64");
    pod.shell("ip link set eth1 down");
    assertThat(name()).isEqualTo("eth0");
  }

  @Test
  void tapIsNoCandidate() throws IOException {
    link("eth0", "10.1.0.2/24");
    try (Tap _ = pod.call(() -> Tap.open(new TapSpec("tap0", 0, 0, false)))) {
      pod.shell("ip link set tap0 up; ip address add 10.3.0.1/24 dev tap0");
      assertThat(name()).isEqualTo("eth0");
    }
  }

  @Test
  void defaultRouteThroughATapOfOursIsNotThePodsInterface() throws IOException {
    link("eth0", "10.1.0.2/24");
    pod.shell("ip tuntap add tap0_urunc mode tap; ip link set tap0_urunc up");
    pod.shell("ip address add 10.3.0.1/24 dev tap0_urunc; ip route add default via 10.3.0.2");
    assertThat(name()).isEqualTo("eth0");
  }

  @Test
  void addressesRoutesAndPermanentNeighboursAreRead() throws IOException {
    link("eth0", "10.1.0.2/29");
    pod.shell(
        """
        ip link set eth0 mtu 1400
        ip address add 192.168.7.9/32 dev eth0
        ip route add 169.254.1.1 dev eth0 scope link
        ip route add default via 169.254.1.1 dev eth0 onlink
        ip neighbour add 169.254.1.1 lladdr ee:ee:ee:ee:ee:ee dev eth0 nud permanent
        ip neighbour add 10.1.0.3 lladdr 02:00:00:00:00:03 dev eth0 nud stale
        """);
    PodInterface found = Objects.requireNonNull(find());
    assertThat(found.link().mtu()).isEqualTo(1400);
    assertThat(found.addresses())
        .extracting(address -> address.address().getHostAddress() + "/" + address.prefixLength())
        .containsExactly("10.1.0.2/29", "192.168.7.9/32");
    assertThat(found.routes().getLast().gateway()).isNotNull();
    assertThat(found.routes().getLast().onlink()).isTrue();
    assertThat(found.routes().getFirst().gateway()).isNull();
    assertThat(found.neighbours()).hasSize(1);
    assertThat(String.valueOf(found.neighbours().getFirst().mac())).isEqualTo("ee:ee:ee:ee:ee:ee");
  }

  private void link(String name, String address) throws IOException {
    pod.shell(
        """
        ip link add %1$s type veth peer name p-%1$s
        ip link set %1$s addrgenmode none; ip link set p-%1$s addrgenmode none
        ip link set %1$s up; ip link set p-%1$s up
        """
                .formatted(name)
            + "ip address add %s dev %s %s"
                .formatted(address, name, address.contains(":") ? "nodad" : ""));
  }

  private @Nullable PodInterface find() throws IOException {
    List<PodInterface> found = new ArrayList<>();
    pod.run(network -> {
      PodInterface one = network.podInterface();
      if (one != null) {
        found.add(one);
      }
    });
    return found.isEmpty() ? null : found.getFirst();
  }

  private String name() throws IOException {
    return Objects.requireNonNull(find()).link().name();
  }
}
