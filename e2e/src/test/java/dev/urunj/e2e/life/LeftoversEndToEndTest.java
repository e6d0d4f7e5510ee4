package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is found in a pod's namespace before a guest starts there: orphans go, all else stays.
@EndToEnd
class LeftoversEndToEndTest {
  /// What urunc leaves behind when its monitor crashes: a persistent TAP, ingress qdiscs on both
  /// links, and filters that send what either receives to the other.
  private static final String ORPHAN =
      """
      ip tuntap add dev tap0_urunc mode tap vnet_hdr one_queue
      ip link set tap0_urunc up
      for device in eth0 tap0_urunc; do tc qdisc add dev $device ingress; done
      tc filter add dev eth0 parent ffff: protocol all u32 match u32 0 0 \
        action mirred egress redirect dev tap0_urunc
      tc filter add dev tap0_urunc parent ffff: protocol all u32 match u32 0 0 \
        action mirred egress redirect dev eth0
      """;

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void orphanOfUruncIsRemovedWithQdiscAndFilters() throws Exception {
    Pod pod = stage.pod("pod");
    pod.run("sh", "-ec", ORPHAN).orFail();
    Container web = stage.answering(pod);
    assertThat(pod.taps()).isEqualTo("tap0_urunc");
    web.end();
    pod.assertUntouched();
  }

  @Test
  void tapWithACarrierIsSomebodysAndIsNamed() throws Exception {
    Pod pod = stage.pod("pod");
    Process holder = hold(pod, "tap7_urunc");
    try {
      Container refused = stage.urunj().tryCreate(Target.unique(), bundleOf(pod));
      assertThat(refused.awaitCreate(Duration.ofSeconds(5))).isEqualTo(1);
      assertThat(ErrorLine.single(refused.stderr())).contains("tap7_urunc").contains("carrier");
      assertThat(pod.taps()).isEqualTo("tap7_urunc");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    pod.assertUntouched();
  }

  @Test
  void tapThatGotACarrierBetweenCreateAndStartIsNamedToo() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    Process holder = hold(pod, "tap7_urunc");
    try {
      assertThat(ErrorLine.of(web.tryStart())).contains("tap7_urunc").contains("carrier");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    web.tryDelete("--force").orFail();
    pod.assertUntouched();
  }

  @Test
  void tapOfACreatedContainerIsNoOrphan() throws Exception {
    Pod pod = stage.pod("pod");
    Container first = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    Container second = stage.urunj().tryCreate(Target.unique(), bundleOf(pod));
    assertThat(ErrorLine.single(second.stderr())).contains("tap0_urunc").contains(first.id());
    first.start();
    pod.awaitHttp("/", first);
    first.end();
    pod.assertUntouched();
  }

  @Test
  void linksWithOtherNamesAreNeverTouched() throws Exception {
    Pod pod =
        stage.pod(
            "pod",
            PodSpec.number(77)
                .withPodCommand("ip tuntap add dev tap0 mode tap")
                .withPodCommand("ip tuntap add dev mytap_urunc_x mode tap")
                .withPodCommand("ip tuntap add dev tap0_kata mode tap")
                .withPodCommand("ip link add tap_urunc_peer type veth peer name utap0_urunc")
                .withPodCommand("tc qdisc add dev tap0 ingress"));
    Container web = stage.started(pod);
    assertThat(pod.run("ip", "-br", "link").orFail())
        .contains("tap0 ", "mytap_urunc_x", "tap0_kata", "tap0_urunc", "utap0_urunc");
    web.end();
    pod.assertUntouched();
  }

  @Test
  void row6_secondGuestInANamespaceIsRefusedAndTheFirstServesOn() throws Exception {
    Pod pod = stage.pod("pod");
    Container first = stage.answering(pod);
    Container second = stage.urunj().tryCreate(Target.unique(), bundleOf(pod));
    assertThat(ErrorLine.single(second.stderr())).contains("tap0_urunc").contains(first.id());
    second.tryKill("KILL");
    second.tryDelete("--force").orFail();
    assertThat(pod.http("/")).contains("web");
    first.end();
    pod.assertUntouched();
  }

  @Test
  void row6_lateKillAndDeleteOfTheOldContainerSpareItsSuccessor() throws Exception {
    Pod pod = stage.pod("pod");
    Container old = stage.started(pod);
    old.kill("KILL");
    Container young = stage.answering(pod);
    old.kill("KILL");
    old.kill("TERM");
    assertThat(pod.http("/")).contains("web");
    old.delete();
    old.tryDelete("--force").orFail();
    assertThat(pod.http("/")).contains("web");
    young.end();
    pod.assertUntouched();
  }

  private static Path bundleOf(Pod pod) throws Exception {
    return BundleBuilder.linuxWeb(pod).build();
  }

  /// Makes a TAP that a process holds open, and waits until it has its carrier.
  private static Process hold(Pod pod, String tap) throws Exception {
    List<String> command =
        pod.node().inside().enterNamed(pod.name(), Target.compiled("hold-tap").toString(), tap);
    Process holder = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(holder.inputReader().readLine()).isEqualTo("held");
    return holder;
  }
}
