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
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A Knative pod: the user's container is a guest with a net of its own, `queue-proxy` an ordinary
/// container that gets its address. urunc's own test of it, `httpStatic`, is the first lines of the
/// first test.
@EndToEnd
@Needs(programs = {"nft", "busybox", "python3"})
class StaticEndToEndTest {
  private static final Duration BOOT = Duration.ofSeconds(60);
  private static final int REFUSED = 7; // curl: failed to connect
  private static final int TIMEOUT = 28;
  private static final String NAME = "io.kubernetes.cri.container-name";

  /// Serves, and asks the world by name until that answers.
  private static final String WEB =
      "(until wget -q -O - http://web.example.test:8000/ | grep world; do sleep 1; done;"
          + " ip link show dev eth0; echo the world answers)"
          + " & exec httpd -f -p 8080 -h /srv/www";

  /// A name server that knows one name.
  private static final String RESOLVER =
      """
      import socket, sys
      server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      server.bind((sys.argv[1], 53))
      while True:
        asked, who = server.recvfrom(512)
        ours = b"\\3web\\7example\\4test" in asked
        a = ours and asked[-4:-2] == b"\\0\\1"
        answer = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\1\\0\\4" + socket.inet_aton(sys.argv[1])
        code = b"\\x80" if ours else b"\\x83"
        head = asked[:2] + b"\\x85" + code + b"\\0\\1\\0" + bytes([a]) + b"\\0\\0\\0\\0"
        server.sendto(head + asked[12:] + (answer if a else b""), who)
      """;

  @RegisterExtension final Stage stage = new Stage();

  private final Servers servers = new Servers();

  @AfterEach
  void endServers() {
    servers.end();
  }

  @Test
  void userContainerOfKnativeHasUruncsStaticNetwork() throws Exception {
    Pod pod = stage.pod("pod", PodSpec.number(7).withMtu(1450));
    String world = pod.spec().gateways().getFirst();
    serveNames(world);
    servers.serve(stage.node()::run, world, 8000, "world");
    servers.serve(pod::run, "0.0.0.0", 8000, "sidecar");
    pod.remember();
    Container first = create(pod, world).start();
    assertThat(pod.run("ip", "-br", "link").orFail()).contains("urunc");
    first.awaitConsole("the world answers", BOOT);
    assertThat(first.console()).contains("mtu 1450").doesNotContain(macOf(pod));
    assertThat(get(pod, "http://172.16.1.2:8080/").orFail()).contains("hostname: web");
    assertThat(annotation(first, "network.mode")).isEqualTo("static");
    assertThat(annotation(first, "network.guest")).isEqualTo("172.16.1.2");
    assertThat(get(stage.node()::run, "http://" + pod.address() + ":8000/").orFail())
        .as("world to sidecar")
        .contains("sidecar");
    assertThat(get(pod, "http://" + world + ":8000/").orFail())
        .as("sidecar to world")
        .contains("world");
    assertThat(get(stage.node()::run, "http://" + pod.address() + ":8080/").exitCode())
        .as("the guest is not at the pod's address")
        .isEqualTo(REFUSED);
    assertThat(throughThePod(pod).exitCode()).as("nor at its own from outside").isEqualTo(TIMEOUT);
    assertThat(stage.urunj().command("inspect", first.id()).orFail()).contains("urunj-static");
    proxyIsTold(pod);
    nextLives(pod, first, world);
  }

  /// The monitor is killed; the late delete takes nothing from the next guest; and what is left of
  /// one whose state is lost goes too.
  private void nextLives(Pod pod, Container first, String world) throws IOException {
    String rules = table(pod);
    stage.node().sh("kill -9 " + first.pid());
    first.awaitStatus("stopped", BOOT);
    assertThat(table(pod)).isEqualTo(rules);
    Container second = create(pod, world).start();
    assertThat(rules(table(pod))).as("nothing is there twice").isEqualTo(rules(rules));
    first.delete();
    assertThat(rules(table(pod))).isEqualTo(rules(rules));
    second.end();
    pod.assertUntouched();
    Container third = create(pod, world).start();
    String state = Urunj.ROOT + "/" + third.id();
    stage.node().sh("kill -9 " + third.pid() + "; umount " + state + "/netns; rm -r " + state);
    assertThat(stage.urunj().command("gc").orFail()).contains("dead-table");
    assertThat(stage.urunj().command("gc", "--apply").orFail()).contains("dead-table");
    pod.assertUntouched();
    String mine = Target.prefix() + "*";
    stage.node().sh("find /sys/fs/cgroup -depth -type d -name '" + mine + "' -exec rmdir {} +");
  }

  /// As an ordinary container of the same pod.
  private void proxyIsTold(Pod pod) throws IOException {
    String probe = "{\"tcpSocket\":{\"port\":8080,\"host\":\"127.0.0.1\"}}";
    BundleBuilder proxy =
        BundleBuilder.plain("sh", "-c", "echo $SERVING_READINESS_PROBE $REDIRECT_IP")
            .netns(pod.path())
            .env("SERVING_READINESS_PROBE=" + probe)
            .annotation(NAME, "queue-proxy");
    Container told = stage.urunj().beginRun(proxy);
    assertThat(told.awaitCreate(BOOT)).as(told.console()).isZero();
    assertThat(told.stdout())
        .isEqualTo("{\"tcpSocket\":{\"port\":8080,\"host\":\"172.16.1.2\"}} 172.16.1.2\n");
  }

  @Test
  void whatIsInTheWayIsOneLineAndTheRestIsAsBefore() throws Exception {
    Pod pod =
        stage.pod(
            "pod",
            PodSpec.number(8)
                .withPodCommand("nft add table ip urunj-static")
                .withPodCommand("ip address add 172.16.1.9/32 dev lo"));
    Container refused = create(pod, "10.9.8.1");
    Result start = refused.tryStart();
    assertThat(start.exitCode()).isNotZero();
    assertThat(ErrorLine.single(start.stderr()))
        .contains("172.16.1.0/24", "overlaps the address 172.16.1.9/32 of lo");
    refused.delete();
    pod.assertUntouched();
    pod.run("ip", "address", "delete", "172.16.1.9/32", "dev", "lo").orFail();
    pod.remember();
    Container fallback = create(pod, "10.9.8.1").start();
    assertThat(annotation(fallback, "network.mode")).isEqualTo("fabric");
    assertThat(annotation(fallback, "network.reason"))
        .contains("the static network cannot be used", "urunj-static");
    fallback.end();
    pod.assertUntouched();
  }

  private Container create(Pod pod, String nameserver) throws IOException {
    Path resolver = Target.scratch().resolve("resolv.conf");
    Files.writeString(resolver, "nameserver " + nameserver + "\noptions timeout:1 attempts:1\n");
    return stage
        .urunj()
        .create(
            BundleBuilder.linuxWeb(pod)
                .args("/bin/sh", "-c", WEB)
                .mount("/etc/resolv.conf", resolver.toString(), "ro")
                .annotation(NAME, "user-container"));
  }

  /// A host of the pod's network tries to use the pod as a router.
  private Result throughThePod(Pod pod) throws IOException {
    stage.node().sh("ip route add 172.16.1.0/24 via " + pod.address());
    Result result = stage.node().run("curl", "-sS", "-m", "1", "http://172.16.1.2:8080/");
    stage.node().sh("ip route delete 172.16.1.0/24");
    return result;
  }

  private static String table(Pod pod) throws IOException {
    return pod.run("nft", "list", "table", "ip", "urunj-static").orFail();
  }

  /// Without what names a guest or counts its packets.
  private static String rules(String table) {
    return table
        .replaceAll("comment \"urunj static 1 tap \\d+ ", "comment ")
        .replaceAll("counter packets \\d+ bytes \\d+", "counter");
  }

  private static String macOf(Pod pod) throws IOException {
    return pod.run("cat", "/sys/class/net/eth0/address").orFail().strip();
  }

  private static String annotation(Container guest, String key) throws IOException {
    JsonObject annotations = guest.state().getAsJsonObject("annotations");
    return annotations.get("dev.urunj." + key).getAsString();
  }

  private static Result get(Pod pod, String url) throws IOException {
    return get(pod::run, url);
  }

  private static Result get(Servers.Place place, String url) throws IOException {
    return place.run("curl", "-sS", "-m", "5", url);
  }

  /// It is bound when this returns.
  private void serveNames(String address) throws IOException {
    Path program = Files.writeString(Target.scratch().resolve("names.py"), RESOLVER);
    servers.start(stage.node()::run, "python3 " + program + " " + address);
    String bound = "for i in $(seq 200); do ss -Htuln | grep -q ':53 ' && exit; sleep 0.05; done";
    stage.node().run("sh", "-c", bound + "; exit 1").orFail();
  }
}
