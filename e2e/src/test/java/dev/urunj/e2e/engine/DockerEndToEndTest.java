package dev.urunj.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Docker's engine with a unikernel among ordinary containers: names by its resolver 127.0.0.11,
/// published ports, a sidecar, a restart.
@EndToEnd
@Needs(
    root = true,
    programs = {"containerd", "iptables", "apt-get", "dpkg-deb", "curl", "tar"})
class DockerEndToEndTest {
  private static final Duration BOOT = Duration.ofSeconds(60);

  private static final String SERVE =
      "cd /tmp; busybox hostname >index.html; exec busybox httpd -f -p 9090";

  private static final List<String> GUEST =
      List.of("--runtime", "urunj", "--network", "shop", "--publish", "8080:80", "-m", "192m");

  /// What a guest does: asks a container by its name, then serves.
  private static final String ASK =
      "until wget -q -O - http://peer:9090/; do sleep 1; done; nslookup peer; exec /bin/web";

  @Test
  void unikernelLivesAmongContainersByName() throws Exception {
    try (Node node = Node.start()) {
      Pod unused = node.passingPod("unused", PodSpec.number(Target.number() % 250));
      try (Docker docker = Docker.on(unused)) {
        docker.docker("network", "create", "shop").orFail();
        List<String> shop = List.of("--network", "shop", "--hostname", "peer");
        docker.run("peer", shop, "busybox", "sh", "-c", SERVE);
        docker.run("web", GUEST, "web", "sh", "-c", ASK);
        String address = docker.address("web", "shop");

        assertThat(page(docker, node, address)).contains("address: eth0 " + address);
        assertThat(docker.logs("web"))
            .as("the guest asks 127.0.0.11")
            .contains("peer\n", docker.address("peer", "shop"));
        assertThat(page(docker, node, "127.0.0.1:8080")).as("published").contains("hostname");
        assertThat(ask(docker, "peer", "http://web/")).as("by name").contains("eth0 " + address);

        List<String> beside = List.of("--network", "container:web");
        docker.run("side", beside, "busybox", "sh", "-c", SERVE);
        assertThat(ask(docker, "side", "http://127.0.0.1/")).contains("eth0 " + address);
        assertThat(node.sh("curl -sS -m 5 http://" + address + ":9090/")).isNotBlank();

        docker.docker("rm", "--force", "side").orFail();
        docker.docker("restart", "--time", "10", "web").orFail();
        assertThat(page(docker, node, docker.address("web", "shop"))).contains("hostname");
        docker.docker("rm", "--force", "web", "peer").orFail();
        docker.assertNothingLeft();
      }
    }
  }

  private static String page(Docker docker, Node node, String authority) throws IOException {
    return Page.await(node, authority, () -> docker.logs("web"));
  }

  private static String ask(Docker docker, String container, String url) throws IOException {
    long end = System.nanoTime() + BOOT.toNanos();
    while (true) {
      var answer = docker.docker("exec", container, "wget", "-q", "-O", "-", url);
      if (answer.exitCode() == 0 || System.nanoTime() > end) {
        return answer.orFail();
      }
      Node.pause(200);
    }
  }
}
