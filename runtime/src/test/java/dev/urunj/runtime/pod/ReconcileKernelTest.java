package dev.urunj.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.tap.Tap;
import dev.urunj.linux.tap.TapSpec;
import dev.urunj.runtime.network.Announced;
import dev.urunj.runtime.network.Neighbours;
import dev.urunj.runtime.network.Pod;
import dev.urunj.runtime.network.redirect.RedirectWiring;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"ip", "tc"},
    files = "/dev/net/tun")
class ReconcileKernelTest {
  /// What urunc leaves when its monitor is killed: a persistent TAP, joined both ways.
  private static final String URUNC =
      """
      ip tuntap add tap0_urunc mode tap
      ip link set tap0_urunc addrgenmode none; ip link set tap0_urunc up
      tc qdisc add dev tap0_urunc ingress
      tc qdisc add dev eth0 ingress
      tc filter add dev eth0 parent ffff: protocol all u32 match u8 0 0 \
        action mirred egress redirect dev tap0_urunc
      tc filter add dev tap0_urunc parent ffff: protocol all u32 match u8 0 0 \
        action mirred egress redirect dev eth0
      """;

  private static final TapSpec BY_NAME = new TapSpec("tap0_urunc", 0, 0, false, false);

  private static final Neighbours NOBODY =
      tap -> {
        throw new IOException(tap.name() + " is not admitted");
      };

  private Pod pod;
  private String clean;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.withEth0();
    clean = pod.snapshot();
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  @Test
  void cleanPodIsNotTouched() throws IOException {
    reconcile();
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void orphanThatUruncLeftGoesWithItsQdiscAndFilters() throws IOException {
    pod.shell(URUNC);
    reconcile();
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void orphanThatIsDownGoes() throws IOException {
    pod.shell("ip tuntap add tap17_urunc mode tap");
    reconcile();
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void foreignFiltersBesideThoseOfAnOrphanStayWithTheirQdisc() throws IOException {
    pod.shell("tc qdisc add dev eth0 ingress");
    pod.shell(
        "tc filter add dev eth0 parent ffff: protocol ip prio 7 u32 match ip dst 1.2.3.4/32"
            + " action mirred egress redirect dev peer0");
    String before = pod.snapshot();
    pod.shell(URUNC.replace("tc qdisc add dev eth0 ingress\n", ""));
    reconcile();
    assertThat(pod.snapshot()).isEqualTo(before);
  }

  @Test
  void tapWithCarrierMakesItFailAndNothingIsTouched() throws IOException {
    pod.shell("ip tuntap add tap0_urunc mode tap");
    try (Tap _ = pod.call(() -> Tap.open(new TapSpec("tap1_urunc", 0, 0, false)))) {
      String before = pod.snapshot();
      assertThatThrownBy(this::reconcile).hasMessage("tap1_urunc is not admitted");
      assertThat(pod.snapshot()).isEqualTo(before);
    }
  }

  @Test
  void tapThatWaitsForItsMonitorIsAdmittedAndNoOrphan() throws IOException {
    List<String> asked = new ArrayList<>();
    pod.run(network -> network.makeTap(BY_NAME, new Announced()));
    String before = pod.snapshot();
    pod.run(network ->
        network.reconcile(
            null,
            new Neighbours() {
              @Override
              public boolean isAwaited(Link tap) {
                return asked.add("awaited " + tap.name());
              }

              @Override
              public void admit(Link tap) {
                asked.add("admitted " + tap.name());
              }
            }));
    assertThat(asked).containsExactly("awaited tap0_urunc", "admitted tap0_urunc");
    assertThat(pod.snapshot()).isEqualTo(before);
    reconcile(); // which knows of no monitor that it could wait for
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void makingATapThatIsCutOffAtItsAnnouncementLeavesNone() throws IOException {
    for (String step : new String[] {"tap", "persistence"}) {
      assertThatThrownBy(() -> pod.run(network -> network.makeTap(BY_NAME, new Announced(step))))
          .hasMessage("injected at " + step);
      assertThat(pod.snapshot()).as(step).isEqualTo(clean);
    }
  }

  @Test
  void tapIsRemovedByItsNameAndIndexOnly() throws IOException {
    pod.run(network -> network.makeTap(BY_NAME, new Announced()));
    int index = pod.link("tap0_urunc").index();
    String before = pod.snapshot();
    pod.run(network -> assertThat(Pod.removeTap(network, "tap0_urunc", index + 1)).isTrue());
    assertThat(pod.snapshot()).isEqualTo(before);
    pod.run(network -> assertThat(Pod.removeTap(network, "tap0_urunc", index)).isTrue());
    pod.run(network -> assertThat(Pod.removeTap(network, "tap0_urunc", index)).isTrue());
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void ownTapIsNoOneElses() throws IOException {
    try (Tap _ = pod.call(() -> Tap.open(new TapSpec("tap0_urunc", 0, 0, false)))) {
      String before = pod.snapshot();
      pod.run(network -> network.reconcile("tap0_urunc", NOBODY));
      assertThat(pod.snapshot()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tap0", "mytap_urunc", "tap_urunc_x", "tap0_kata", "tap0_URUNC", "xtap0_urunc"})
  void linkOfAnotherNameIsNotTouched(String name) throws IOException {
    pod.shell("ip tuntap add %1$s mode tap; ip link set %1$s addrgenmode none".formatted(name));
    String before = pod.snapshot();
    reconcile();
    assertThat(pod.snapshot()).isEqualTo(before);
  }

  @Test
  void ourFiltersWhoseTapIsGoneGo() throws IOException {
    try (Tap tap = pod.call(() -> Tap.open(new TapSpec("tap0_urunc", 0, 0, false)))) {
      pod.run(network -> Pod.join(new RedirectWiring(), network, tap.name(), new Announced()));
    }
    assertThat(pod.shell("tc filter show dev eth0 ingress")).contains("mirred");
    reconcile();
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress", "clsact"})
  void ourFiltersWhoseTapIsGoneLeaveAQdiscThatWasThere(String kind) throws IOException {
    pod.shell("tc qdisc add dev eth0 " + kind);
    clean = pod.snapshot();
    ourFiltersWhoseTapIsGoneGo();
  }

  /// As versions before have left it.
  @Test
  void filterOfAVersionThatAddedAnIngressGoesWithIt() throws IOException {
    pod.shell(
        """
        ip tuntap add tap0_urunc mode tap
        tc qdisc add dev eth0 ingress
        tc filter add dev eth0 ingress protocol all prio 30066 handle ::75a u32 match u32 0 0 \
          action mirred egress redirect dev tap0_urunc cookie 7572756e6a2072656469726563742031
        ip link del tap0_urunc
        """);
    reconcile();
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void podWithoutInterfaceIsNotTouched() throws IOException {
    try (Pod bare = Pod.empty()) {
      bare.shell("ip tuntap add tap0_urunc mode tap");
      String before = bare.snapshot();
      bare.run(network -> network.reconcile(null, NOBODY));
      assertThat(bare.snapshot()).isEqualTo(before);
    }
  }

  private void reconcile() throws IOException {
    pod.run(network -> network.reconcile(null, NOBODY));
  }
}
