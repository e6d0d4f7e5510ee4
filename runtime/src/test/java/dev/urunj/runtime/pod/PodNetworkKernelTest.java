package dev.urunj.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.tap.Tap;
import dev.urunj.runtime.network.Announced;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.Pod;
import dev.urunj.runtime.network.QdiscAct;
import dev.urunj.runtime.network.redirect.RedirectAct;
import dev.urunj.runtime.network.redirect.RedirectWiring;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"ip", "tc"},
    files = "/dev/net/tun")
class PodNetworkKernelTest {
  private static final String FOREIGN_FILTER =
      "tc filter add dev eth0 ingress protocol ip prio 7 u32 match ip dst 1.2.3.4/32"
          + " action mirred egress redirect dev peer0";

  private Pod pod;
  private String clean;
  private Link eth0;

  @BeforeEach
  void open() throws IOException {
    pod = Pod.withEth0();
    clean = pod.snapshot();
    eth0 = pod.link("eth0");
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  @Test
  void whatIsJoinedIsPartedAsIfItHadNeverBeen() throws IOException {
    Announced announced = new Announced();
    try (Tap tap = openTap(announced)) {
      int tapIndex = join(tap, announced);
      assertThat(pod.shell("tc filter show dev eth0 ingress")).contains("mirred");
      assertThat(pod.shell("tc filter show dev tap0_urunc ingress")).contains("mirred");
      assertThat(pod.link("tap0_urunc").isUp()).isTrue();
      part(tapIndex);
    }
    assertThat(announced.steps).containsExactly("tap", "qdisc", "redirect");
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void partingCanBeRepeated() throws IOException {
    try (Tap tap = openTap(new Announced())) {
      int tapIndex = join(tap, new Announced());
      part(tapIndex);
      part(tapIndex);
    }
    part(99);
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void partingAtALinkThatIsGoneIsDone() throws IOException {
    int tapIndex;
    try (Tap tap = openTap(new Announced())) {
      tapIndex = join(tap, new Announced());
    }
    pod.shell("ip link delete eth0");
    part(tapIndex);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress", "clsact"})
  void foreignQdiscAndFilterAreUsedAndStay(String kind) throws IOException {
    pod.shell("tc qdisc add dev eth0 " + kind);
    pod.shell(FOREIGN_FILTER);
    String before = pod.snapshot();
    Announced announced = new Announced();
    try (Tap tap = openTap(announced)) {
      int tapIndex = join(tap, announced);
      pod.run(network -> Pod.undo(redirect(tapIndex), network));
    }
    assertThat(announced.steps).containsExactly("tap", "redirect");
    assertThat(pod.snapshot()).isEqualTo(before);
  }

  @Test
  void filterThatAnAgentAddsToTheWayOutIsNotAtTheWayIn() throws IOException {
    try (Tap tap = openTap(new Announced())) {
      int tapIndex = join(tap, new Announced());
      pod.shell("tc filter add dev eth0 egress prio 1 protocol all u32 match u32 0 0 flowid :1");
      assertThat(pod.shell("tc filter show dev eth0 ingress")).doesNotContain("pref 1 ");
      part(tapIndex);
    }
    assertThat(pod.shell("tc qdisc show dev eth0")).contains("clsact");
    assertThat(pod.shell("tc filter show dev eth0 egress")).contains("pref 1 ");
  }

  @Test
  void emptyClsactOfSomebodyElseIsNeverRemoved() throws IOException {
    pod.shell("tc qdisc add dev eth0 clsact");
    String before = pod.snapshot();
    pod.run(network -> Pod.undo(new QdiscAct("eth0", eth0.index(), "ingress"), network));
    assertThat(pod.snapshot()).isEqualTo(before);
  }

  @Test
  void qdiscIntoWhichSomebodyPutAFilterMeanwhileStays() throws IOException {
    try (Tap tap = openTap(new Announced())) {
      int tapIndex = join(tap, new Announced());
      pod.shell(FOREIGN_FILTER);
      part(tapIndex);
    }
    assertThat(pod.shell("tc qdisc show dev eth0")).contains("clsact");
    assertThat(pod.shell("tc filter show dev eth0 ingress"))
        .contains("01020304")
        .doesNotContain("tap0_urunc", "Redirect to device *");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qdisc", "redirect"})
  void failureInTheMiddleRollsBack(String step) throws IOException {
    try (Tap tap = openTap(new Announced())) {
      assertThatThrownBy(() -> join(tap, new Announced(step)))
          .hasMessage("injected at " + step)
          .hasNoSuppressedExceptions();
    }
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress", "clsact"})
  void failureInTheMiddleLeavesWhatIsForeign(String kind) throws IOException {
    pod.shell("tc qdisc add dev eth0 " + kind);
    pod.shell(FOREIGN_FILTER);
    String before = pod.snapshot();
    try (Tap tap = openTap(new Announced())) {
      assertThatThrownBy(() -> join(tap, new Announced("redirect")))
          .hasMessage("injected at redirect");
    }
    assertThat(pod.snapshot()).isEqualTo(before);
  }

  @Test
  void failureToAnnounceTheTapMakesNone() throws IOException {
    assertThatThrownBy(() -> openTap(new Announced("tap"))).hasMessage("injected at tap");
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void successorsFilterSurvivesALateKillOfThePredecessor() throws IOException {
    int first;
    try (Tap tap = openTap(new Announced())) {
      first = join(tap, new Announced());
    }
    pod.run(network -> network.reconcile(null, _ -> {}));
    try (Tap tap = openTap(new Announced())) {
      int second = join(tap, new Announced());
      assertThat(second).isNotEqualTo(first);
      String before = pod.snapshot();
      part(first);
      assertThat(pod.snapshot()).isEqualTo(before);
      part(second);
    }
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void joiningATapThatIsGoneIsOneClearLine() {
    assertThatThrownBy(() ->
            pod.run(
                network -> Pod.join(new RedirectWiring(), network, "tap0_urunc", new Announced())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tap0_urunc is gone");
  }

  @Test
  void tapWithCarrierIsSomebodysAndStays() throws IOException {
    try (Tap tap = openTap(new Announced())) {
      boolean gone = pod.network(network -> Pod.removeTap(network, tap.name()));
      assertThat(gone).isFalse();
    }
    boolean gone = pod.network(network -> Pod.removeTap(network, "tap0_urunc"));
    assertThat(gone).isTrue();
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void orphanTapIsRemovedButNoLinkOfAnotherName() throws IOException {
    pod.shell("ip tuntap add tap3_urunc mode tap");
    boolean removed = pod.network(network -> Pod.removeTap(network, "tap3_urunc"));
    assertThat(removed).isTrue();
    boolean foreign = pod.network(network -> Pod.removeTap(network, "eth0"));
    assertThat(foreign).isFalse();
    assertThat(pod.snapshot()).isEqualTo(clean);
  }

  @Test
  void tapTakesTheFirstFreeNameAndTheMtuOfThePod() throws IOException {
    pod.shell("ip link set eth0 mtu 1400; ip tuntap add tap0_urunc mode tap");
    try (Tap tap = openTap(new Announced())) {
      assertThat(tap.name()).isEqualTo("tap1_urunc");
      pod.run(network -> Pod.join(new RedirectWiring(), network, tap.name(), new Announced()));
      assertThat(pod.link("tap1_urunc").mtu()).isEqualTo(1400);
    }
  }

  private Tap openTap(Announced announced) throws IOException {
    return pod.network(network -> network.openTap(network.freeTapName(), 0, 0, announced));
  }

  private int join(Tap tap, Announced announced) throws IOException {
    int index = pod.link(tap.name()).index();
    pod.run(network -> Pod.join(new RedirectWiring(), network, tap.name(), announced));
    return index;
  }

  private void part(int tapIndex) throws IOException {
    NetworkAct qdisc = new QdiscAct("eth0", eth0.index(), "clsact");
    pod.run(network -> {
      Pod.undo(redirect(tapIndex), network);
      Pod.undo(qdisc, network);
      assertThat(Pod.stands(redirect(tapIndex), network)).isFalse();
      assertThat(Pod.stands(qdisc, network)).isFalse();
    });
  }

  private NetworkAct redirect(int tapIndex) {
    return new RedirectAct("eth0", eth0.index(), tapIndex);
  }
}
