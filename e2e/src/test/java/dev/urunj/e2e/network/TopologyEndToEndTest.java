package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.GuestShell;
import dev.urunj.e2e.stage.Nameserver;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
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

/// Guest, sidecar and world behind networks as clusters have them: HTTP in and out, and names by a
/// name server that has a service address.
@EndToEnd
@Needs(
    root = true,
    programs = {"python3", "busybox", "nft", "iptables", "ss", "bridge"},
    files = {"/usr/lib/cni/bridge", "/usr/lib/cni/portmap", "/usr/lib/cni/static"})
class TopologyEndToEndTest {
  private static final int REFUSED = 7; // curl: failed to connect; 28 would be a timeout

  /// Waits for a link-local address that is permanent and neither tentative nor a duplicate.
  private static final String LINK_LOCAL =
      "for try in $(seq 50); do grep ' 20 80 *eth0' /proc/net/if_inet6 && exit; sleep 0.1; done;"
          + " cat /proc/net/if_inet6; exit 1";

  private static final String NODE_LOCAL_DNS = "169.254.20.10";
  private static final int BODY = 3 << 20;

  /// A link that CNI's plugins make has no queue length; the kernel gives it this one with the
  /// first qdisc, whichever that is (qdisc_create in net/sched/sch_api.c), and it means nothing.
  private static final String QUEUE = "ip link set eth0 txqueuelen 1000";

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

  /// The world knows the node only: in by ports of the node, out by the node's address. The bridge
  /// sends frames back by the port they came from, so that the pod's stack and the guest hear each
  /// other; they have one link-local address.
  @Test
  void behindBridgeAndPortmap() throws Exception {
    Site world = cluster.world();
    Nameserver names = Cluster.nameserver(world, Cluster.WORLD, Cluster.WORLD);
    Cluster.translate(cluster.node(), Cluster.WORLD);
    Site pod = cluster.pod("pod");
    String result = bridge(cluster.node(), "pod", "10.244.0.5", "10.244.0.1", 1500, true);
    JsonObject ports =
        JsonParser.parseString(
                """
                {"cniVersion": "1.0.0", "name": "cluster", "type": "portmap",
                 "capabilities": {"portMappings": true},
                 "runtimeConfig": {"portMappings": [
                   {"hostPort": 8080, "containerPort": 80, "protocol": "tcp"},
                   {"hostPort": 8090, "containerPort": 9090, "protocol": "tcp"}]}}
                """)
            .getAsJsonObject();
    ports.add("prevResult", JsonParser.parseString(result));
    Cni.add(cluster.node(), "portmap", "/run/netns/pod", ports.toString());
    Guest guest = guest(pod, "10.244.0.5", world, "http://192.0.2.1:8080");
    assertInside(guest, pod, Cluster.WORLD);
    assertThat(world.get("http://192.0.2.1:8090/").orFail()).isEqualTo("sidecar\n");
    assertNames(guest, names, Cluster.NODE);
    assertThat(guest.shell().sh(LINK_LOCAL)).contains("eth0");
    guest.end();
  }

  @Test
  void behindPointToPoint() throws Exception {
    Site world = cluster.world();
    Nameserver names = Cluster.nameserver(world, Cluster.WORLD, Cluster.WORLD);
    Cluster.translate(cluster.node(), Cluster.WORLD);
    Site pod = cluster.pod("pod");
    world.sh("ip route add 10.245.0.0/24 via 192.0.2.1");
    Cni.add(
        cluster.node(),
        "ptp",
        "/run/netns/pod",
        """
        {"cniVersion": "1.0.0", "name": "cluster", "type": "ptp",
         "ipam": {"type": "static", "routes": [{"dst": "0.0.0.0/0"}],
           "addresses": [{"address": "10.245.0.5/24", "gateway": "10.245.0.1"}]}}
        """);
    Guest guest = guest(pod, "10.245.0.5", world, "http://10.245.0.5");
    assertInside(guest, pod, Cluster.WORLD);
    assertReached(world, "10.245.0.5");
    assertNames(guest, names, "10.245.0.5");
    guest.end();
  }

  /// The pod is on the world's own link, and the world's router translates the service address.
  @Test
  void behindMacvlan() throws Exception {
    Site world = cluster.world();
    Nameserver names = Cluster.nameserver(world, Cluster.WORLD, Cluster.WORLD);
    Cluster.translate(world, Cluster.WORLD);
    Site pod = cluster.pod("pod");
    Cni.add(
        cluster.node(),
        "macvlan",
        "/run/netns/pod",
        """
        {"cniVersion": "1.0.0", "name": "cluster", "type": "macvlan", "master": "up0",
         "mode": "bridge",
         "ipam": {"type": "static", "routes": [{"dst": "0.0.0.0/0"}],
           "addresses": [{"address": "192.0.2.5/24", "gateway": "192.0.2.2"}]}}
        """);
    Guest guest = guest(pod, "192.0.2.5", world, "http://192.0.2.5");
    assertInside(guest, pod, Cluster.WORLD);
    assertReached(world, "192.0.2.5");
    assertNames(guest, names, "192.0.2.5");
    guest.end();
  }

  /// The name server and the client are in a pod of another node.
  @Test
  void behindAVxlanOverlay() throws Exception {
    Site there = cluster.site("nodeb");
    Vxlan.join(cluster.node(), there);
    Site pod = cluster.pod("pod");
    Site client = cluster.pod("client");
    bridge(cluster.node(), "pod", "10.244.0.5", "10.244.0.1", 1450, false);
    bridge(there, "client", "10.244.1.5", "10.244.1.1", 1450, false);
    client.serveWeb("8000", "world");
    Nameserver names = Cluster.nameserver(client, "10.244.1.5", "10.244.1.5");
    Cluster.translate(cluster.node(), "10.244.1.5");
    Guest guest = guest(pod, "10.244.0.5", client, "http://10.244.0.5");
    assertInside(guest, pod, "10.244.1.5");
    assertReached(client, "10.244.0.5");
    assertNames(guest, names, "10.244.0.5");
    guest.shell().exchange(BODY);
    assertThat(guest.shell().sh("cat /sys/class/net/eth0/mtu")).isEqualTo("1450\n");
    for (Site site : new Site[] {cluster.node(), there, pod, client}) {
      assertThat(Vxlan.fragments(site)).as("fragments at %s", site.name()).isZero();
    }
    guest.end();
  }

  /// Host addresses, a gateway for which the node answers ARP, and in IPv6 the node's link-local
  /// address. The name server's service address is of IPv6.
  @Test
  void behindCalicosGateway() throws Exception {
    Site world = cluster.world();
    Nameserver names = Cluster.nameserver(world, Cluster.WORLD6, Cluster.WORLD);
    Cluster.translate(cluster.node(), Cluster.WORLD6);
    world.sh("ip route add 10.65.0.0/16 via 192.0.2.1; ip route add fd65::/64 via 2001:db8::1");
    Site pod = cluster.pod("pod");
    cluster
        .node()
        .sh(
            """
            ip link add cali1 address ee:ee:ee:ee:ee:ee type veth peer name eth0 netns pod
            cd /proc/sys/net/ipv4
            echo 1 >conf/cali1/proxy_arp
            echo 0 >neigh/cali1/proxy_delay
            echo 1 >conf/cali1/rp_filter
            ip link set cali1 up
            ip route add 10.65.0.5 dev cali1 scope link
            ip -6 route add fd65::5 dev cali1
            """);
    pod.sh(
        """
        ip link set eth0 up
        ip addr add 10.65.0.5/32 dev eth0
        ip addr add fd65::5/128 dev eth0
        ip route add 169.254.1.1 dev eth0 scope link
        ip route add default via 169.254.1.1 dev eth0
        ip -6 route add default via fe80::ecee:eeff:feee:eeee dev eth0
        """);
    Guest guest = guest(pod, "10.65.0.5", Cluster.SERVICE6, world, "http://10.65.0.5");
    assertInside(guest, pod, Cluster.WORLD);
    assertReached(world, "10.65.0.5");
    assertReached(world, "[fd65::5]");
    assertThat(world.get("http://[fd65::5]/").orFail()).contains("hostname: web");
    assertThat(guest.shell().sh(fetch("http://[" + Cluster.WORLD6 + "]:8000/")))
        .isEqualTo("world\n");
    assertNames(guest, names, "fd65::5");
    assertThat(guest.alias()).isEqualTo("169.254.223.1");
    guest.end();
  }

  /// No host answers ARP for the gateway: the pod has its address as a permanent neighbour. The
  /// node's rules say by which table the pod's packets go. The net of the fabric's first alias is
  /// taken. A name server of the node has a link-local address too.
  @Test
  void behindEksGateway() throws Exception {
    Site world = cluster.world();
    Nameserver names = Cluster.nameserver(world, Cluster.WORLD, Cluster.WORLD);
    Cluster.translate(cluster.node(), Cluster.WORLD);
    world.sh("ip route add 10.66.0.0/16 via 192.0.2.1");
    Site pod = cluster.pod("pod");
    cluster
        .node()
        .sh(
            """
            ip addr add 169.254.20.10/32 dev lo
            ip link add eni1 address 0a:58:0a:42:00:01 type veth peer name eth0 netns pod
            ip link set eni1 up
            ip route add 10.66.0.5 dev eni1 scope link
            ip route add default via 192.0.2.2 dev up0 table 2
            ip rule add to 10.66.0.5 lookup main prio 512
            ip rule add from 10.66.0.5 lookup 2 prio 1536
            """);
    pod.sh(
        """
        ip link set eth0 up
        ip addr add 10.66.0.5/32 dev eth0
        ip route add 169.254.1.1 dev eth0 scope link
        ip route add default via 169.254.1.1 dev eth0
        ip neigh add 169.254.1.1 lladdr 0a:58:0a:42:00:01 dev eth0 nud permanent
        ip route add 169.254.223.10 dev eth0 scope link
        """);
    Nameserver nodeLocal = Cluster.nameserver(cluster.node(), NODE_LOCAL_DNS, 53, Cluster.WORLD);
    Guest guest = guest(pod, "10.66.0.5", world, "http://10.66.0.5");
    assertInside(guest, pod, Cluster.WORLD);
    assertReached(world, "10.66.0.5");
    assertNames(guest, names, "10.66.0.5");
    String asked = "nslookup -type=a web.default.svc.cluster.local " + NODE_LOCAL_DNS;
    assertThat(guest.shell().sh(asked)).contains("Address: " + Cluster.WORLD);
    assertThat(nodeLocal.questions()).contains("udp A web.default.svc.cluster.local 10.66.0.5\n");
    assertThat(guest.alias()).isEqualTo("169.254.197.1");
    guest.end();
  }

  /// @return the plugin's result
  private static String bridge(
      Site node, String pod, String address, String gateway, int mtu, boolean masquerade)
      throws IOException {
    return Cni.add(
        node,
        "bridge",
        "/run/netns/" + pod,
        """
        {"cniVersion": "1.0.0", "name": "cluster", "type": "bridge", "bridge": "cni0",
         "isDefaultGateway": true, "hairpinMode": true, "mtu": %d, "ipMasq": %b,
         "ipam": {"type": "static", "addresses": [{"address": "%s/24", "gateway": "%s"}]}}
        """
            .formatted(mtu, masquerade, address, gateway));
  }

  /// A guest that answers, beside a sidecar.
  private record Guest(Pod pod, Container container, GuestShell shell) {
    String alias() throws IOException {
      JsonObject annotations = container.state().getAsJsonObject("annotations");
      assertThat(annotations.get("dev.urunj.network.mode").getAsString()).isEqualTo("fabric");
      return annotations.get("dev.urunj.network.alias.ipv4").getAsString();
    }

    void end() throws IOException {
      container.end();
      pod.assertUntouched();
    }
  }

  private Guest guest(Site site, String address, Site client, String url) throws IOException {
    return guest(site, address, Cluster.SERVICE, client, url);
  }

  private Guest guest(Site site, String address, String service, Site client, String url)
      throws IOException {
    site.sh(Node.carrier("eth0") + QUEUE);
    site.serveWeb("9090", "sidecar");
    Pod pod = stage.node().adopt(site.name(), address);
    Path file = Target.scratch().resolve("resolv.conf");
    Files.writeString(file, Cluster.resolvConf(service));
    BundleBuilder bundle =
        GuestShell.in(pod).mount("/etc/resolv.conf", file.toString(), "rbind", "rw");
    Container container = stage.urunj().create(bundle).start();
    return new Guest(pod, container, new GuestShell(client, url).await(container));
  }

  private static String fetch(String url) {
    return "wget -q -O - " + url;
  }

  /// Guest and sidecar by localhost, and the sidecar with the world at the same time.
  private static void assertInside(Guest guest, Site pod, String world) throws IOException {
    guest.alias();
    assertThat(pod.get("http://" + world + ":8000/").orFail()).isEqualTo("world\n");
    assertThat(guest.shell().sh(fetch("http://pod-localhost:9090/"))).isEqualTo("sidecar\n");
    assertThat(pod.get("http://127.0.0.1/").orFail()).contains("hostname: web");
  }

  private static void assertReached(Site world, String host) throws IOException {
    assertThat(world.get("http://" + host + ":9090/").orFail()).isEqualTo("sidecar\n");
    assertThat(world.get("http://" + host + ":81/").exitCode()).isEqualTo(REFUSED);
  }

  /// Short names by the search domains, those with dots in their order, and an answer too long for
  /// UDP; each name leads to the world's web server.
  private static void assertNames(Guest guest, Nameserver names, String asker) throws IOException {
    String[] all = {"web", "web.default", "outside.example", "long"};
    StringBuilder script = new StringBuilder();
    for (String name : all) {
      script.append(fetch("http://" + name + ":8000/") + "\n");
    }
    assertThat(guest.shell().sh(script.toString())).isEqualTo("world\n".repeat(all.length));
    assertThat(names.questions())
        .containsSubsequence(
            "udp A web.default.svc.cluster.local " + asker + "\n",
            "udp A web.default.default.svc.cluster.local " + asker + "\n",
            "udp A web.default.svc.cluster.local " + asker + "\n",
            "udp A outside.example.cluster.local " + asker + "\n",
            "udp A outside.example " + asker + "\n",
            "udp A long.default.svc.cluster.local " + asker + "\n",
            "tcp A long.default.svc.cluster.local " + asker + "\n");
  }
}
