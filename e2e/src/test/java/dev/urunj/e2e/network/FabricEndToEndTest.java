package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Servers;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A guest and an ordinary process in one pod, behind one address, by the pod fabric.
@EndToEnd
class FabricEndToEndTest {
  private static final Duration BOOT = Duration.ofSeconds(60);
  private static final int REFUSED = 7; // curl: failed to connect; 28 would be a timeout

  /// Serves, and asks a container of its pod until that answers.
  private static final String WEB =
      "(until wget -q -O - http://pod-localhost:9090/ | grep sidecar; do sleep 1; done;"
          + " echo pod at $URUNJ_POD_LOCALHOST answers) & exec httpd -f -p 80 -h /srv/www";

  @RegisterExtension final Stage stage = new Stage();

  private final Servers servers = new Servers();

  @AfterEach
  void endServers() {
    servers.end();
  }

  @Test
  void worldAndSidecarAndGuestReachEachOther() throws Exception {
    Pod pod = stage.pod("pod");
    String world = serveWorld(pod);
    servers.serve(pod::run, "127.0.0.1", 9090, "sidecar");
    servers.serve(pod::run, "0.0.0.0", 9091, "sidecar");
    pod.remember();
    Container web = guest(pod, "fabric").start();
    assertThat(pod.awaitHttp("/", web)).as("world to guest").contains("hostname: web");
    assertThat(annotation(web, "network")).isEqualTo("fabric");
    assertThat(annotation(web, "network.mode")).isEqualTo("fabric");
    assertThat(annotation(web, "network.alias.ipv4")).isEqualTo("169.254.223.1");
    assertThat(inPod(pod, world).orFail()).as("sidecar to world").contains("world");
    assertThat(
            stage
                .node()
                .run("curl", "-sSf", "-m", "5", "http://" + pod.address() + ":9091/")
                .orFail())
        .as("world to sidecar")
        .contains("sidecar");
    assertThat(inPod(pod, "http://127.0.0.1/").orFail()).as("localhost").contains("hostname: web");
    assertThat(inPod(pod, "http://" + pod.address() + "/").orFail())
        .as("own address")
        .contains("hostname: web");
    assertThat(inPod(pod, "http://127.0.0.1:81/").exitCode()).isEqualTo(REFUSED);
    assertThat(
            stage
                .node()
                .run("curl", "-s", "-m", "5", "http://" + pod.address() + ":81/")
                .exitCode())
        .as("closed port from the world")
        .isEqualTo(REFUSED);
    web.awaitConsole("pod at 169.254.223.1 answers", BOOT);
    web.end();
    pod.assertUntouched();
  }

  @Test
  void deathOfTheMonitorLeavesThePodToItsContainersAndTheNextGuestWorks() throws Exception {
    Pod pod = stage.pod("pod");
    String world = serveWorld(pod);
    pod.remember();
    Container first = guest(pod, "fabric").start();
    pod.awaitHttp("/", first);
    stage.node().sh("kill -9 " + first.pid());
    first.awaitStatus("stopped", BOOT);
    assertThat(inPod(pod, world).orFail()).contains("world");
    assertThat(pod.tryHttp("/").exitCode()).as("nobody is there").isEqualTo(REFUSED);
    Container second = guest(pod, "fabric").start();
    pod.awaitHttp("/", second);
    first.delete();
    assertThat(inPod(pod, "http://127.0.0.1/").orFail())
        .as("the late delete takes nothing from the next guest")
        .contains("hostname: web");
    second.end();
    pod.assertUntouched();
  }

  /// The fabric needs a qdisc with two ways on the pod's loopback; somebody else has put one there
  /// that knows one.
  @Test
  void whatTheKernelRefusesIsARedirectInModeAutoAndAnErrorInModeFabric() throws Exception {
    Pod pod = stage.pod("pod", PodSpec.number(1).withPodCommand("tc qdisc add dev lo ingress"));
    Container strict = guest(pod, "fabric");
    Result refused = strict.tryStart();
    assertThat(refused.exitCode()).isNotZero();
    assertThat(ErrorLine.single(refused.stderr()))
        .contains("pod fabric", "lo has the qdisc ingress");
    strict.delete();
    pod.assertUntouched();
    Container web = guest(pod, "auto").start();
    assertThat(annotation(web, "network.mode")).isEqualTo("redirect");
    assertThat(annotation(web, "network.reason")).contains("lo has the qdisc ingress");
    assertThat(pod.awaitHttp("/", web)).contains("hostname: web");
    web.end();
    pod.assertUntouched();
  }

  @Test
  void withoutLocalhostTheGuestIsNotThere() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle =
        BundleBuilder.linuxWeb(pod)
            .annotation("dev.urunj.network.mode", "fabric")
            .annotation("dev.urunj.network.localhost", "false");
    Container web = stage.urunj().create(bundle).start();
    assertThat(pod.awaitHttp("/", web)).contains("hostname: web");
    assertThat(inPod(pod, "http://127.0.0.1/").exitCode()).isEqualTo(REFUSED);
    JsonObject annotations = web.state().getAsJsonObject("annotations");
    assertThat(annotations.has("dev.urunj.network.alias.ipv4")).isFalse();
    web.end();
    pod.assertUntouched();
  }

  @Test
  void guestFindsThePodWhereTheOperatorSays() throws Exception {
    String overlay = "lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work";
    stage
        .node()
        .sh(
            "mkdir -p /run/etc/upper/urunj /run/etc/work; mount -t overlay -o "
                + overlay
                + " overlay /etc; printf '[network]\\nalias_nets = \"10.99.1.0/24\"\\n'"
                + " >/etc/urunj/config.toml");
    Pod pod = stage.pod("pod");
    servers.serve(pod::run, "127.0.0.1", 9090, "sidecar");
    pod.remember();
    Container web = guest(pod, "fabric").start();
    assertThat(annotation(web, "network.alias.ipv4")).isEqualTo("10.99.1.1");
    web.awaitConsole("pod at 10.99.1.1 answers", BOOT);
    web.end();
    pod.assertUntouched();
  }

  private Container guest(Pod pod, String mode) throws IOException {
    return stage
        .urunj()
        .create(
            BundleBuilder.linuxWeb(pod)
                .user(0, 0)
                .args("/bin/sh", "-c", WEB)
                .annotation("dev.urunj.network.mode", mode));
  }

  private static Result inPod(Pod pod, String url) throws IOException {
    return pod.run("curl", "-s", "-m", "5", url);
  }

  private static String annotation(Container guest, String key) throws IOException {
    return guest.state().getAsJsonObject("annotations").get("dev.urunj." + key).getAsString();
  }

  /// Something outside the pod.
  ///
  /// @return its URL
  private String serveWorld(Pod pod) throws IOException {
    String address = pod.spec().gateways().getFirst();
    servers.serve(stage.node()::run, address, 8000, "world");
    return "http://" + address + ":8000/";
  }
}
