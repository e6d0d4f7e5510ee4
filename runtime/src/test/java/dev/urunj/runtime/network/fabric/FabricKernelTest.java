package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.tap.Tap;
import dev.urunj.runtime.network.Announced;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.Pod;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.QdiscAct;
import dev.urunj.runtime.network.Taps;
import dev.urunj.runtime.network.redirect.RedirectWiring;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"ip", "tc", "sysctl"},
    files = "/dev/net/tun")
class FabricKernelTest {
  private static final String SETTINGS =
      "sysctl net.ipv4.conf.lo.route_localnet net.ipv4.conf.lo.accept_local"
          + " net.ipv4.conf.lo.rp_filter";

  private Pod pod;
  private Link eth0;
  private String clean;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.withEth0();
    pod.shell(
        """
        ip link set lo up; ip address add fd00:1::2/64 dev eth0 nodad
        until ip -6 route show table local | grep -q fd00:1::2; do sleep 0.05; done
        """);
    eth0 = pod.link("eth0");
    clean = snapshot();
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  @Test
  void whatWasAttachedIsUndoneAsIfItHadNeverBeen() throws IOException {
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      int index = join(tap, announced);
      assertThat(pod.shell("tc filter show dev eth0 ingress")).contains("urunj fabric 1");
      assertThat(pod.shell("tc filter show dev lo egress")).contains("urunj fabric 1");
      assertThat(pod.shell("tc filter show dev " + tap.name() + " ingress"))
          .contains("urunj fabric 1");
      assertThat(pod.shell("ip -6 address show dev " + tap.name())).isEmpty();
      assertThat(pod.shell("ip route show table local")).contains("local 127.88.0.0/16 dev lo");
      undo(announced, index);
    }
    assertThat(announced.steps)
        .containsExactly(
            "route 127.88.0.0",
            "route fd75:7275:6e6a:2:0:0:0:0",
            "route_localnet",
            "accept_local",
            "rp_filter",
            "qdisc",
            "filter lo",
            "qdisc",
            "filter eth0");
    assertThat(snapshot()).isEqualTo(clean);
  }

  @Test
  void whatStandsIsReadFromItsMaps() throws IOException {
    pod.run(network -> assertThat(LivingFabric.in(network.socket())).isNull());
    try (Tap tap = openTap()) {
      int index = join(tap, new Announced());
      try (LivingFabric fabric = livingFabric()) {
        FabricSettings settings = fabric.settings();
        assertThat(settings.podIndex()).isEqualTo(eth0.index());
        assertThat(settings.localhost()).isTrue();
        assertThat(settings.nets().ipv4()).isNotNull();
        assertThat(fabric.guests()).extracting(FabricGuest::tapIndex).containsExactly(index);
        assertThat(fabric.ports()).isEmpty();
        assertThat(fabric.counters()).hasSize(22);
      }
    }
    try (LivingFabric fabric = livingFabric()) {
      assertThat(fabric.guests()).as("the TAP is gone, the entry not").hasSize(1);
    }
  }

  @Test
  void undoingCanBeRepeated() throws IOException {
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      int index = join(tap, announced);
      undo(announced, index);
      undo(announced, index);
    }
    assertThat(snapshot()).isEqualTo(clean);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "route_localnet",
        "accept_local",
        "rp_filter",
        "route 127.88.0.0",
        "qdisc",
        "filter lo",
        "filter eth0"
      })
  void failureInTheMiddleRollsBack(String step) throws IOException {
    try (Tap tap = openTap()) {
      assertThatThrownBy(() -> join(tap, new Announced(step)))
          .hasMessage("injected at " + step)
          .hasNoSuppressedExceptions();
      assertThat(pod.shell("tc filter show dev " + tap.name() + " ingress")).isEmpty();
    }
    assertThat(snapshot()).isEqualTo(clean);
  }

  @Test
  void plainRedirectWorksAfterAFailure() throws IOException {
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      assertThatThrownBy(() -> join(tap, new Announced("filter eth0")));
      pod.run(network -> Pod.join(new RedirectWiring(), network, tap.name(), announced));
      assertThat(pod.shell("tc filter show dev eth0 ingress")).contains("mirred");
    }
    assertThat(announced.steps).containsExactly("qdisc", "redirect");
  }

  @Test
  void ingressQdiscOnLoopbackIsARefusalThatLeavesEverything() throws IOException {
    pod.shell("tc qdisc add dev lo ingress");
    String before = snapshot();
    try (Tap tap = openTap()) {
      assertThatThrownBy(() -> join(tap, new Announced()))
          .hasMessageContaining("lo has the qdisc ingress");
    }
    assertThat(snapshot()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress", "clsact"})
  void foreignQdiscsAndFiltersAreUsedAndStay(String kind) throws IOException {
    pod.shell("tc qdisc add dev eth0 " + kind + "; tc qdisc add dev lo clsact");
    pod.shell("tc filter add dev eth0 ingress protocol ip prio 7 u32 match ip dst 1.2.3.4/32");
    pod.shell("tc filter add dev lo egress protocol ip prio 7 u32 match ip dst 1.2.3.4/32");
    String before = snapshot();
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      int index = join(tap, announced);
      undo(announced, index);
    }
    assertThat(announced.steps).doesNotContain("qdisc");
    assertThat(snapshot()).isEqualTo(before);
  }

  @Test
  void settingThatSomebodyChangedMeanwhileIsLeft() throws IOException {
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      int index = join(tap, announced);
      pod.shell("sysctl -qw net.ipv4.conf.lo.rp_filter=1");
      undo(announced, index);
    }
    assertThat(pod.shell(SETTINGS))
        .contains("lo.route_localnet = 0", "lo.accept_local = 0", "lo.rp_filter = 1");
  }

  @Test
  void settingThatHadTheValueIsNotAnnounced() throws IOException {
    pod.shell("sysctl -qw net.ipv4.conf.lo.route_localnet=1");
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      int index = join(tap, announced);
      undo(announced, index);
    }
    assertThat(announced.steps).doesNotContain("route_localnet");
    assertThat(pod.shell(SETTINGS)).contains("lo.route_localnet = 1");
  }

  @Test
  void lateUndoOfADeadGuestLeavesTheOneThatLives() throws IOException {
    Announced first = new Announced();
    int index;
    try (Tap tap = openTap()) {
      index = join(tap, first);
    }
    pod.shell("ip link set eth0 mtu 1400");
    eth0 = pod.link("eth0");
    Announced second = new Announced();
    try (Tap tap = openTap()) {
      int other = join(tap, second);
      String before = snapshot();
      undo(first, index);
      assertThat(snapshot()).isEqualTo(before);
      undo(second, other);
    }
    undo(first, index);
    assertThat(pod.shell(SETTINGS)).contains("lo.route_localnet = 0");
  }

  @Test
  void fabricWithoutAGuestIsFoundAndTakenBackWithoutItsJournal() throws IOException {
    try (Tap tap = openTap()) {
      join(tap, new Announced());
      assertThat(pod.hasLeftovers(new FabricWiring())).isFalse();
    }
    assertThat(pod.hasLeftovers(new FabricWiring())).isTrue();
    assertThat(pod.sweep(new FabricWiring())).isTrue();
    assertThat(snapshot()).isEqualTo(clean);
    assertThat(pod.hasLeftovers(new FabricWiring())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tc qdisc add dev eth0 ingress; tc qdisc add dev lo clsact",
        "sysctl -qw net.ipv4.conf.lo.route_localnet=1 net.ipv4.conf.lo.rp_filter=1",
        "sysctl -qw net.ipv4.conf.lo.accept_local=1 net.ipv4.conf.lo.rp_filter=2",
        "ip address del 10.1.0.2/24 dev eth0"
      })
  void whatWasThereBeforeIsKnownFromThePodAlone(String before) throws IOException {
    pod.shell(before);
    clean = snapshot();
    try (Tap tap = openTap()) {
      join(tap, new Announced());
    }
    assertThat(pod.sweep(new FabricWiring())).isTrue();
    assertThat(snapshot()).isEqualTo(clean);
  }

  /// As versions before have left it: an `ingress` on the pod's interface, and a mark without its
  /// kind.
  @Test
  void fabricOfAVersionThatAddedAnIngressIsTakenBackWithIt() throws IOException {
    pod.shell("tc qdisc add dev eth0 ingress");
    try (Tap tap = openTap()) {
      join(tap, new Announced());
    }
    String metric = Integer.toString(eth0.index() << 6 | 32 | 16);
    pod.shell(
        """
        ip route del local 127.88.0.0/16 dev lo table local
        ip route add local 127.88.0.0/16 dev lo src 127.0.0.1 mtu 1500 metric %s table local
        ip -6 route del local fd75:7275:6e6a:2::/112 dev lo table local
        """
            .formatted(metric));
    assertThat(pod.sweep(new FabricWiring())).isTrue();
    assertThat(snapshot()).isEqualTo(clean);
  }

  @Test
  void filterThatAnAgentAddsToTheWayOutIsNotAtTheWayIn() throws IOException {
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      int index = join(tap, announced);
      for (String link : List.of("eth0", "lo", tap.name())) {
        pod.shell(
            "tc filter add dev %s egress prio 1 protocol all u32 match u32 0 0 flowid :1"
                .formatted(link));
        assertThat(pod.shell("tc filter show dev " + link + " ingress")).doesNotContain("pref 1 ");
      }
      undo(announced, index);
    }
    assertThat(pod.shell("tc qdisc show dev eth0")).contains("clsact");
    assertThat(pod.shell("tc filter show dev eth0 egress")).contains("pref 1 ");
    assertThat(pod.shell("tc filter show dev eth0 ingress")).isEmpty();
  }

  @Test
  void whatSomebodyHasChangedMeanwhileIsNotPutBack() throws IOException {
    try (Tap tap = openTap()) {
      join(tap, new Announced());
    }
    pod.shell("sysctl -qw net.ipv4.conf.lo.rp_filter=1");
    pod.shell("tc filter add dev lo egress protocol ip prio 7 u32 match ip dst 1.2.3.4/32");
    assertThat(pod.sweep(new FabricWiring())).isTrue();
    assertThat(pod.shell(SETTINGS)).contains("lo.route_localnet = 0", "lo.rp_filter = 1");
    assertThat(pod.shell("tc filter show dev lo egress")).contains("pref 7");
  }

  @Test
  void fabricOfAPodWithWideRoutesStandsAndIsTakenBack() throws IOException {
    pod.shell(
        """
        ip route add 0.0.0.0/1 via 10.1.0.1; ip route add 128.0.0.0/1 via 10.1.0.1
        ip route add 169.254.0.0/16 dev eth0 scope link; ip route add 127.64.0.0/10 dev lo
        ip -6 route add fc00::/7 via fd00:1::1
        """);
    clean = snapshot();
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      undo(announced, join(tap, announced));
    }
    assertThat(snapshot()).isEqualTo(clean);
  }

  @Test
  void fabricWithTheNetsOfIpv6AloneStandsAndIsTakenBack() throws IOException {
    pod.shell("for net in 223 197 155 131; do ip route add 169.254.$net.0/24 dev eth0; done");
    clean = snapshot();
    Announced announced = new Announced();
    try (Tap tap = openTap()) {
      int index = join(tap, announced);
      try (LivingFabric fabric = livingFabric()) {
        assertThat(fabric.settings().nets().ipv4()).isNull();
      }
      undo(announced, index);
    }
    assertThat(announced.steps)
        .contains("route fd75:7275:6e6a:2:0:0:0:0")
        .doesNotContain("route 127.88.0.0");
    assertThat(snapshot()).isEqualTo(clean);
  }

  private LivingFabric livingFabric() throws IOException {
    return pod.network(network -> Objects.requireNonNull(LivingFabric.in(network.socket())));
  }

  private Tap openTap() throws IOException {
    return pod.network(network -> network.openTap(network.freeTapName(), 0, 0, new Announced()));
  }

  private int join(Tap tap, Announced announced) throws IOException {
    int index = pod.link(tap.name()).index();
    pod.run(network -> {
      PodInterface found = Objects.requireNonNull(network.podInterface());
      FabricNets nets =
          FreeAliasNets.choose(
              network.socket().route(), found, List.of(), List.of(), new ArrayList<>());
      FabricWiring.attach(
          new FabricPlan(found.link(), nets, found.hosts(), true, List.of(), List.of()),
          new Taps(network.socket().route()).find(tap.name()),
          network.socket(),
          announced,
          FabricLoad.whenAsked());
    });
    return index;
  }

  /// As the journal is replayed: backwards.
  private void undo(Announced announced, int tapIndex) throws IOException {
    pod.run(network -> {
      for (NetworkAct act : announced.ofFabric().reversed()) {
        assertThat(((FabricAct) act).tapIndex()).isEqualTo(tapIndex);
        Pod.undo(act, network);
        assertThat(Pod.stands(act, network)).isFalse();
      }
      if (announced.steps.contains("qdisc")) {
        Pod.undo(new QdiscAct("eth0", eth0.index(), "clsact"), network);
        Pod.undo(new QdiscAct("lo", 1, "clsact"), network);
      }
    });
  }

  private String snapshot() throws IOException {
    return pod.snapshot() + pod.shell(SETTINGS);
  }
}
