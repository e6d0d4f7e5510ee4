package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What others have put on the pod's interface, and what they take away, before a container ends.
@EndToEnd
class ForeignFiltersEndToEndTest {
  private static final String FOREIGN =
      "tc filter add dev eth0 ingress protocol ip prio 7 u32"
          + " match ip dport 9999 0xffff flowid 1:1";

  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @CsvSource({"ingress, redirect, u32", "clsact, fabric, bpf"})
  void foreignQdiscAndFilterStayAsTheyWere(String kind, String mode, String ours) throws Exception {
    PodSpec spec = PodSpec.number(1).withPodCommand("tc qdisc add dev eth0 " + kind);
    Pod pod = stage.pod("foreign", spec.withPodCommand(FOREIGN));
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod).annotation("dev.urunj.network.mode", mode);
    Container web = stage.urunj().create(bundle).start();
    pod.awaitHttp("/", web);
    assertThat(pod.run("tc", "filter", "show", "dev", "eth0", "ingress").orFail())
        .contains("pref 7 u32")
        .contains("pref 30066 " + ours);
    web.end();
    pod.assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress", "clsact"})
  void foreignQdiscWithoutFilterStays(String kind) throws Exception {
    Pod pod = stage.pod("bare", PodSpec.number(1).withPodCommand("tc qdisc add dev eth0 " + kind));
    stage.urunj().create(BundleBuilder.linuxWeb(pod)).start().end();
    pod.assertUntouched();
  }

  @Test
  void foreignFilterThatCameLaterKeepsTheQdisc() throws Exception {
    Pod pod = stage.pod("later", PodSpec.number(1));
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod)).start();
    pod.run("sh", "-ec", FOREIGN).orFail();
    web.end();
    assertThat(pod.run("tc", "filter", "show", "dev", "eth0", "ingress").orFail())
        .contains("pref 7 u32")
        .doesNotContain("pref 30066");
    pod.remember();
  }

  @Test
  void deleteCleansAfterTheDefaultRouteHasGone() throws Exception {
    Pod pod = stage.pod("routeless", PodSpec.number(1));
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod)).start();
    pod.run("ip", "route", "del", "default").orFail();
    web.end();
    pod.run("ip", "route", "add", "default", "via", "10.9.1.1", "dev", "eth0").orFail();
    pod.assertUntouched();
  }

  @Test
  void deleteCleansAfterAllAddressesHaveGone() throws Exception {
    Pod pod = stage.pod("addressless", PodSpec.number(1));
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod)).start();
    pod.run("ip", "addr", "flush", "dev", "eth0").orFail();
    web.kill("KILL");
    web.delete();
    assertThat(pod.taps()).isEmpty();
    assertThat(pod.run("tc", "qdisc", "show", "dev", "eth0").orFail())
        .doesNotContain("ingress", "clsact");
    pod.remember();
  }

  @Test
  void deleteSucceedsAfterTheInterfaceHasGone() throws Exception {
    Pod pod = stage.pod("linkless", PodSpec.number(1));
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod)).start();
    stage.node().sh("ip link del " + pod.nodeLink());
    web.end();
    stage.node().remember();
    assertThat(pod.taps()).isEmpty();
    pod.remember();
  }
}
