package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.GuestShell;
import dev.urunj.e2e.stage.Nameserver;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Site;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Name servers on loopback addresses of a pod, from a guest's question to its answer: short names,
/// by UDP, and an answer too long for it, by TCP. The C library of the guest takes answers only
/// from the server that it asked.
@EndToEnd
@Needs(
    root = true,
    programs = {"python3", "busybox", "iptables", "nft", "ss"})
class LoopbackResolverEndToEndTest {
  /// As Docker's library for networks makes them in a container's namespace.
  private static final String DOCKERS_RULES =
      """
      iptables-restore <<END
      *nat
      :DOCKER_OUTPUT - [0:0]
      :DOCKER_POSTROUTING - [0:0]
      -A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT
      -A POSTROUTING -d 127.0.0.11/32 -j DOCKER_POSTROUTING
      -A DOCKER_OUTPUT -d 127.0.0.11/32 -p tcp --dport 53 -j DNAT --to-destination 127.0.0.11:TCP
      -A DOCKER_OUTPUT -d 127.0.0.11/32 -p udp --dport 53 -j DNAT --to-destination 127.0.0.11:UDP
      -A DOCKER_POSTROUTING -s 127.0.0.11/32 -p tcp --sport TCP -j SNAT --to-source :53
      -A DOCKER_POSTROUTING -s 127.0.0.11/32 -p udp --sport UDP -j SNAT --to-source :53
      COMMIT
      END
      """;

  @RegisterExtension final Stage stage = new Stage();

  private Pod pod;
  private Site inPod;
  private Site node;

  @BeforeEach
  void open() throws IOException {
    PodSpec spec =
        PodSpec.number(1)
            .withAddresses("10.9.1.2/24", "fd00:9::2/64")
            .withNodeAddresses("10.9.1.1/24", "fd00:9::1/64")
            .withGateways("10.9.1.1", "fd00:9::1");
    pod = stage.pod("pod", spec);
    inPod = Site.of(pod);
    node = Site.of(stage.node());
    node.serveWeb("8000", "world");
  }

  @AfterEach
  void close() {
    inPod.close();
    node.close();
  }

  /// One that moves to other ports, as it does when a daemon comes back to its containers, is lost
  /// to the guest: at once, the guest does not wait.
  @Test
  void dockersOnRandomPortsBehindItsRules() throws Exception {
    Nameserver names = nameserver("plain", "127.0.0.11", 0);
    inPod.sh(dockersRules(names));
    assertThat(inPod.sh("busybox nslookup -type=a web.example 127.0.0.11"))
        .as("a container of the pod")
        .contains("Address: 10.9.1.1");
    Container container = guest("nameserver 127.0.0.11\nsearch example\noptions ndots:0\n");
    GuestShell guest = new GuestShell(node, "http://10.9.1.2").await(container);
    assertThat(guest.sh("cat /etc/resolv.conf"))
        .isEqualTo("nameserver 169.254.223.1\nsearch example\noptions ndots:0\n");
    assertNames(guest, names, "127.88.0.3");

    inPod.close();
    Nameserver moved = nameserver("plain", "127.0.0.11", 0);
    inPod.sh("nft flush ruleset;" + dockersRules(moved));
    assertThat(guest.sh("wget -q -O - http://web:8000/ || true")).contains("bad address");
    assertThat(moved.questions()).hasLineCount(1);
    container.end();
    inPod.sh("nft flush ruleset");
    pod.assertUntouched();
  }

  private static String dockersRules(Nameserver names) {
    return DOCKERS_RULES.replace("TCP", "" + names.tcpPort()).replace("UDP", "" + names.udpPort());
  }

  @Test
  void systemdsStubAndOneOnIpv6() throws Exception {
    Nameserver stub = nameserver("stub", "127.0.0.53", 53);
    Nameserver other = nameserver("plain", "::1", 53);
    Container container =
        guest("nameserver 127.0.0.53\nnameserver ::1\nsearch example\noptions edns0 trust-ad\n");
    GuestShell guest = new GuestShell(node, "http://10.9.1.2").await(container);
    assertThat(guest.sh("cat /etc/resolv.conf"))
        .isEqualTo(
            """
            nameserver 169.254.223.1
            nameserver fd75:7275:6e6a:1:0:0:0:1
            search example
            options edns0 trust-ad
            """);
    assertNames(guest, stub, "127.88.0.3");
    guest.sh("echo \"$(grep -v 169 /etc/resolv.conf)\" >/etc/resolv.conf");
    assertNames(guest, other, "fd75:7275:6e6a:2::3");
    container.end();
    pod.assertUntouched();
  }

  @Test
  void thePodsOwnOnLocalhost() throws Exception {
    Nameserver names = nameserver("plain", "127.0.0.1", 53);
    Container container = guest("search example\nnameserver 127.0.0.1\n");
    GuestShell guest = new GuestShell(node, "http://10.9.1.2").await(container);
    assertNames(guest, names, "127.88.0.3");
    container.end();
    pod.assertUntouched();
  }

  private Nameserver nameserver(String kind, String address, int port) throws IOException {
    String web = pod.spec().nodeAddresses().getFirst().replaceFirst("/.*", "");
    String[] zone = {"web.example=" + web, "long.example=" + web + "*60"};
    return Nameserver.start(inPod, kind, address, port, zone);
  }

  private Container guest(String resolvConf) throws IOException {
    Path file = Target.scratch().resolve("resolv.conf");
    Files.writeString(file, resolvConf);
    return stage
        .urunj()
        .create(GuestShell.in(pod).mount("/etc/resolv.conf", file.toString(), "rbind", "rw"))
        .start();
  }

  private static void assertNames(GuestShell guest, Nameserver names, String asker)
      throws IOException {
    assertThat(guest.sh("wget -q -O - http://web:8000/; wget -q -O - http://long:8000/"))
        .isEqualTo("world\nworld\n");
    assertThat(names.questions())
        .containsSubsequence(
            "udp A web.example " + asker + "\n",
            "udp A long.example " + asker + "\n",
            "tcp A long.example " + asker + "\n");
  }
}
