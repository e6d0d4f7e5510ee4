package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Servers;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Several guests in one pod, behind one address. Guest `a` declares its port, guest `b` none.
@EndToEnd
class SeveralGuestsEndToEndTest {
  private static final Duration BOOT = Duration.ofSeconds(60);
  private static final int REFUSED = 7; // curl: failed to connect; 28 would be a timeout
  private static final String SETTINGS =
      "sysctl net.ipv4.conf.lo.route_localnet net.ipv4.conf.lo.accept_local"
          + " net.ipv4.conf.lo.rp_filter";

  /// Serves, and asks its neighbour and then the world until they answer.
  private static final String A =
      "(until wget -qO- http://pod-localhost:8002/ | grep 'name: b'; do sleep 1; done;"
          + " until wget -qO- http://GATEWAY:8000/ | grep world; do sleep 1; done;"
          + " echo b and world answer) & exec httpd -f -p 8001 -h /srv/www";

  private static final String B = "exec httpd -f -p 8002 -h /srv/www";

  @RegisterExtension final Stage stage = new Stage();

  private final Servers servers = new Servers();

  @AfterEach
  void endServers() {
    servers.end();
  }

  @Test
  void twoGuestsServeAndComeAndGoAlone() throws Exception {
    Pod pod = stage.pod("pod");
    servers.serve(stage.node()::run, pod.spec().gateways().getFirst(), 8000, "world");
    pod.remember();
    String settings = pod.run("sh", "-c", SETTINGS).orFail();
    Container a = guest(pod, "a", A, "8001");
    Container b = guest(pod, "b", B, "");
    a.start();
    b.start();
    bothServe(pod, a, b);
    a.awaitConsole("b and world answer", BOOT);
    assertThat(port(pod, "127.0.0.1", 8001)).as("localhost").contains("hostname: a");
    assertThat(port(pod, "127.0.0.1", 8002)).as("localhost").contains("hostname: b");
    assertThat(port(pod, pod.address(), 8001)).as("own address").contains("hostname: a");
    assertThat(inPod(pod, "127.0.0.1", 81).exitCode()).isEqualTo(REFUSED);
    assertRefused(pod, 81);
    othersAreRefused(pod, a, b);
    stage.node().sh("kill -9 " + a.pid());
    a.awaitStatus("stopped", BOOT);
    assertRefused(pod, 8001);
    assertThat(pod.http(":8002/")).contains("hostname: b");
    Container next = guest(pod, "a", A, "8001").start();
    bothServe(pod, next, b);
    a.delete();
    next.awaitConsole("b and world answer", BOOT);
    bothServe(pod, next, b);
    stage.node().sh("kill -9 " + b.pid());
    b.awaitStatus("stopped", BOOT);
    assertRefused(pod, 8002);
    assertThat(stage.urunj().command("gc", "--apply").orFail()).contains("dead-network", b.id());
    b.delete();
    assertRefused(pod, 8002);
    assertThat(pod.http(":8001/")).contains("hostname: a");
    next.end();
    pod.assertUntouched();
    assertThat(pod.run("sh", "-c", SETTINGS).orFail()).isEqualTo(settings);
  }

  @Test
  void guestThatHasItsPodForItselfSuffersNoOther() throws Exception {
    Pod pod = stage.pod("pod");
    Container alone = stage.urunj().create(bundle(pod, "a", A, "8001", "redirect"));
    Container other = stage.urunj().tryCreate(Target.unique(), bundle(pod, "b", B, "").build());
    assertThat(ErrorLine.single(other.stderr()))
        .contains("tap0_urunc", "belongs to container " + alone.id(), "network mode redirect");
    alone.end();
    pod.assertUntouched();
  }

  private void othersAreRefused(Pod pod, Container a, Container b) throws Exception {
    assertThat(refusal(bundle(pod, "c", B, "")))
        .contains("belongs to container " + b.id(), "declares no ports either", "dev.urunj.ports");
    assertThat(refusal(bundle(pod, "c", B, "7000-9000/udp,8001/tcp")))
        .contains("names more than 128 ports");
    assertThat(refusal(bundle(pod, "c", B, "8000-8010/tcp,53/udp")))
        .contains("belongs to container " + a.id(), "declares port 8001/tcp too");
    assertThat(refusal(bundle(pod, "c", B, "8003", "redirect")))
        .contains("belongs to container ", "network mode redirect");
    assertThat(
            refusal(bundle(pod, "c", B, "8003").annotation("dev.urunj.network.localhost", "false")))
        .contains("belongs to container ", "dev.urunj.network.localhost must be the same");
  }

  private String refusal(BundleBuilder bundle) throws Exception {
    return ErrorLine.single(stage.urunj().tryCreate(Target.unique(), bundle.build()).stderr());
  }

  private static void bothServe(Pod pod, Container a, Container b) throws IOException {
    assertThat(pod.awaitHttp(":8001/", a)).contains("hostname: a");
    assertThat(pod.awaitHttp(":8002/", b)).contains("hostname: b");
  }

  private static void assertRefused(Pod pod, int port) throws IOException {
    assertThat(pod.tryHttp(":" + port + "/").exitCode()).as("port " + port).isEqualTo(REFUSED);
  }

  private Container guest(Pod pod, String name, String script, String ports) throws IOException {
    return stage.urunj().create(bundle(pod, name, script, ports, "fabric"));
  }

  private BundleBuilder bundle(Pod pod, String name, String script, String ports)
      throws IOException {
    return bundle(pod, name, script, ports, "auto");
  }

  private BundleBuilder bundle(Pod pod, String name, String script, String ports, String mode)
      throws IOException {
    String line = script.replace("GATEWAY", pod.spec().gateways().getFirst());
    return BundleBuilder.linuxWeb(pod)
        .hostname(name)
        .args("/bin/sh", "-c", line)
        .annotation("dev.urunj.network.mode", mode)
        .annotation("dev.urunj.ports", ports);
  }

  private static Result inPod(Pod pod, String host, int port) throws IOException {
    return pod.run("curl", "-s", "-m", "5", "http://" + host + ":" + port + "/");
  }

  private static String port(Pod pod, String host, int port) throws IOException {
    return inPod(pod, host, port).orFail();
  }
}
