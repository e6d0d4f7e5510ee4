package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Site;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A pod whose address is leased: CNI's `dhcp` daemon renews the lease of dnsmasq while a guest
/// runs. And what else a pod with the fabric hears itself.
@EndToEnd
@Needs(
    root = true,
    programs = {"dnsmasq", "python3"},
    files = "/usr/lib/cni/dhcp")
class DhcpLeaseEndToEndTest {
  private static final String LOG = "/run/dhcp.log";
  private static final int RENEWALS = 3;
  private static final int PATIENCE_SECONDS = 60;

  /// Prints the protocols of which a raw socket has heard, until all have come.
  private static final String RAW =
      """
      import select, socket, sys
      left = {int(p): socket.socket(socket.AF_INET, socket.SOCK_RAW, int(p)) for p in sys.argv[1:]}
      print('listens', flush=True)
      while left:
          for s in select.select(list(left.values()), [], [])[0]:
              s.recv(2000)
              print(s.proto, flush=True)
              del left[s.proto]
      """;

  @RegisterExtension final Stage stage = new Stage();
  private Cluster cluster;

  @BeforeEach
  void open() {
    cluster = new Cluster(stage.node());
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fabric", "redirect"})
  void leaseIsRenewedWhileAGuestRuns(String mode) throws Exception {
    Site node = cluster.node();
    node.sh("ip link add br0 type bridge; ip addr add 10.14.0.1/24 dev br0; ip link set br0 up");
    node.start(
        "dnsmasq -k -C /dev/null -u root --port=0 --bind-interfaces --interface=br0"
            + " --dhcp-range=10.14.0.50,10.14.0.90,255.255.255.0,2m --dhcp-option=option:T1,3"
            + " --dhcp-leasefile=/run/leases --pid-file=/run/dnsmasq.pid");
    node.start(
        "sh -c 'exec /usr/lib/cni/dhcp daemon -socketpath /run/cni-dhcp.sock"
            + " -pidfile /run/cni-dhcp.pid >"
            + LOG
            + " 2>&1'");
    node.sh("for i in $(seq 100); do [ -S /run/cni-dhcp.sock ] && exit; sleep 0.05; done; exit 1");
    Site site = cluster.pod("pod");
    String added =
        Cni.add(
            node,
            "bridge",
            "/run/netns/pod",
            """
            {"cniVersion": "0.4.0", "name": "leased", "type": "bridge", "bridge": "br0",
             "ipam": {"type": "dhcp", "daemonSocketPath": "/run/cni-dhcp.sock"}}
            """);
    int at = added.indexOf("10.14.0.");
    String address = added.substring(at, added.indexOf('/', at));
    site.sh(Node.carrier("eth0") + "ip link set eth0 txqueuelen 1000"); // as the first qdisc does
    Pod pod = stage.node().adopt("pod", address);
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod).annotation("dev.urunj.network.mode", mode);
    Container web = stage.urunj().create(bundle).start();
    pod.awaitHttp("/", web);
    assertThat(site.sh("tc filter show dev eth0 ingress"))
        .contains(mode.equals("fabric") ? "from_net" : "mirred");
    node.sh(": >" + LOG);
    awaitRenewals(node);
    assertThat(pod.http("/")).contains("hostname: web");
    web.end();
  }

  private static void awaitRenewals(Site node) throws IOException {
    String log = "";
    for (int second = 0; second < PATIENCE_SECONDS; second++) {
      log = node.sh("cat " + LOG);
      if (log.split("lease renewed", -1).length > RENEWALS) {
        assertThat(log).doesNotContain("no DHCP packet received");
        return;
      }
      Node.pause(1000);
    }
    assertThat(log).as("of the daemon").contains("lease renewed");
    assertThat(log.split("lease renewed", -1)).as(log).hasSizeGreaterThan(RENEWALS);
  }

  /// With a real guest behind the TAP, once: a service address on `lo`, protocols without ports,
  /// and an agent that comes to the interface's way out while the guest runs.
  @Test
  void whatIsThePodsReachesItBesideARealGuest() throws Exception {
    Pod pod =
        stage.pod("pod", PodSpec.number(1).withPodCommand("ip addr add 203.0.113.5/32 dev lo"));
    Site inPod = Site.of(pod);
    Site node = cluster.node();
    node.sh("ip route add 203.0.113.5 via 10.9.1.2");
    stage.node().remember();
    BundleBuilder bundle =
        BundleBuilder.linuxWeb(pod).annotation("dev.urunj.network.mode", "fabric");
    Container web = stage.urunj().create(bundle).start();
    pod.awaitHttp("/", web);
    try (inPod) {
      inPod.serveWeb("9090", "sidecar");
      assertThat(node.get("http://203.0.113.5:9090/").orFail()).isEqualTo("sidecar\n");
      assertThat(node.get("http://203.0.113.5/").stderr()).contains("Failed to connect");
      node.sh("ping -c 1 -W 2 203.0.113.5");
      inPod.sh("cat >/run/raw.py <<'END'\n" + RAW + "END\n");
      inPod.start("sh -c 'exec python3 /run/raw.py 112 89 47 4 132 >/run/raw.log'");
      inPod.sh("for i in $(seq 100); do [ -s /run/raw.log ] && exit; sleep 0.05; done; exit 1");
      node.sh(
          "python3 -c \"import socket\nfor p in (112, 89, 47, 4, 132):"
              + " socket.socket(2, 3, p).sendto(bytes(40), ('10.9.1.2', 0))\"");
      inPod.sh(
          "for i in $(seq 100); do [ $(wc -l </run/raw.log) = 6 ] && exit; sleep 0.05; done;"
              + " cat /run/raw.log; exit 1");
      inPod.sh("tc filter add dev eth0 egress prio 1 protocol all u32 match u32 0 0 flowid :1");
      assertThat(pod.http("/")).contains("hostname: web");
      inPod.sh("tc filter del dev eth0 egress");
    }
    web.end();
    pod.assertUntouched();
  }
}
