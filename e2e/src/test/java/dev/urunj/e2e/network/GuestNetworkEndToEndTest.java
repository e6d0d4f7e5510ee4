package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Networks as CNI plugins leave them, taken over by a guest.
@EndToEnd
class GuestNetworkEndToEndTest {
  private static final Duration BOOT = Duration.ofSeconds(40);
  private static final String OUTSIDE = "192.0.2.1"; // TEST-NET-1, RFC 5737
  private static final String MAC = "(?s).*link/ether ([0-9a-f:]+) .*";
  private static final int DOWNLOAD = 4 << 20;

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void maskOfTwentyBitsReachesTheGuest() throws Exception {
    PodSpec wide =
        PodSpec.number(1).withAddresses("10.9.17.2/20").withNodeAddresses("10.9.31.1/20");
    Pod pod = stage.pod("wide", wide.withGateways("10.9.31.1"));
    assertThat(page(pod))
        .contains("address: eth0 10.9.17.2/20\n")
        .contains("route: 10.9.16.0/20 dev eth0")
        .contains("route: default via 10.9.31.1 dev eth0");
  }

  @Test
  void maskOfTwentyNineBitsReachesTheGuest() throws Exception {
    PodSpec narrow = PodSpec.number(1).withAddresses("10.9.1.2/29");
    Pod pod = stage.pod("narrow", narrow.withNodeAddresses("10.9.1.1/29"));
    assertThat(page(pod))
        .contains("address: eth0 10.9.1.2/29\n")
        .contains("route: 10.9.1.0/29 dev eth0");
  }

  /// As Calico does it: the gateway is 169.254.1.1, for which the node answers ARP.
  @Test
  void gatewayOutsideTheSubnetWorksInBothDirections() throws Exception {
    stage.node().sh("ip addr add " + OUTSIDE + "/32 dev lo");
    PodSpec calico = PodSpec.number(1).withAddresses("10.9.1.2/32");
    Pod pod = stage.pod("calico", calico.withOnLinkGateway("169.254.1.1"));
    Container guest = stage.urunj().create(pinging(pod, OUTSIDE)).start();
    assertThat(pod.awaitHttp("/", guest)).contains("address: eth0 10.9.1.2/32\n");
    guest.awaitConsole("reached " + OUTSIDE, BOOT);
  }

  /// As EKS does it: no host answers ARP for the gateway, the pod has a permanent neighbour.
  @Test
  void gatewayThatIsOnlyAPermanentNeighbourWorksInBothDirections() throws Exception {
    stage.node().sh("ip addr add " + OUTSIDE + "/32 dev lo");
    PodSpec eks = PodSpec.number(1).withAddresses("10.9.1.2/32").withOnLinkGateway("169.254.1.1");
    Pod pod = stage.pod("eks", eks.withNodeAddresses());
    String mac = stage.node().sh("ip -o link show dev " + pod.nodeLink()).replaceFirst(MAC, "$1");
    pod.run(
            "sh",
            "-ec",
            "ip route add 169.254.1.1 dev eth0 scope link;"
                + "ip neigh add 169.254.1.1 lladdr "
                + mac
                + " dev eth0 nud permanent")
        .orFail();
    pod.remember();
    Container guest = stage.urunj().create(pinging(pod, OUTSIDE)).start();
    assertThat(pod.awaitHttp("/", guest)).contains("hostname: web");
    guest.awaitConsole("reached " + OUTSIDE, BOOT);
  }

  /// As CNI's `ptp` does it: the subnet is behind the gateway, no neighbour answers ARP.
  @Test
  void subnetBehindTheGatewayIsReachedByTheGateway() throws Exception {
    stage.node().sh("ip addr add 10.9.1.77/32 dev lo");
    Pod pod =
        stage.pod(
            "ptp",
            PodSpec.number(1)
                .withNodeAddresses("10.9.1.1/32")
                .withPodCommand("ip route add 10.9.1.1 dev eth0 scope link src 10.9.1.2")
                .withPodCommand("ip route del 10.9.1.0/24 dev eth0")
                .withPodCommand("ip route add 10.9.1.0/24 via 10.9.1.1 src 10.9.1.2"));
    stage.node().sh("echo 1 >/proc/sys/net/ipv4/conf/" + pod.nodeLink() + "/arp_ignore");
    stage.node().sh("ip route add 10.9.1.2 dev " + pod.nodeLink());
    stage.node().remember();
    Container guest = stage.urunj().create(pinging(pod, "10.9.1.77")).start();
    guest.awaitConsole("reached 10.9.1.77", BOOT);
    assertThat(pod.awaitHttp("/", guest)).contains("route: 10.9.1.0/24 via 10.9.1.1 dev eth0");
  }

  /// As Cilium does it with an overlay: the device has 1500, the routes have less.
  @Test
  void mtuOfARouteReachesTheGuest() throws Exception {
    Pod pod =
        stage.pod(
            "overlay",
            PodSpec.number(1)
                .withPodCommand("ip route change default via 10.9.1.1 dev eth0 mtu 1300"));
    stage.node().sh("ip addr add " + OUTSIDE + "/32 dev lo");
    stage.node().remember();
    String ping = "ping -c 1 -W 5 -s 1400 " + OUTSIDE + " >/dev/null && echo reached";
    long before = reassembled();
    Container guest = stage.urunj().create(root(pod, ping)).start();
    guest.awaitConsole("reached", BOOT);
    assertThat(reassembled()).as("packets that came in fragments").isGreaterThan(before);
  }

  @Test
  void interfaceWithTheDefaultRouteIsTakenWhateverItsName() throws Exception {
    Pod pod =
        stage.pod(
            "second",
            PodSpec.number(1)
                .withLink("net1")
                .withPodCommand(
                    "ip link add eth0 type veth peer peer0; ip link set eth0 up; ip link set peer0 up")
                .withPodCommand("ip addr add 10.77.0.2/24 dev eth0"));
    Container guest = stage.urunj().create(BundleBuilder.linuxWeb(pod)).start();
    assertThat(annotation(guest, "network.interface")).isEqualTo("net1");
    assertThat(pod.awaitHttp("/", guest))
        .contains("address: eth0 10.9.1.2/24\n")
        .doesNotContain("10.77.0.2");
  }

  @Test
  void defaultRouteOfTheLowestMetricDecides() throws Exception {
    Pod pod =
        stage.pod(
            "metric",
            PodSpec.number(1)
                .withGateways()
                .withPodCommand(
                    "ip link add net1 type veth peer peer0; ip link set net1 up; ip link set peer0 up")
                .withPodCommand("ip addr add 10.77.0.2/24 dev net1")
                .withPodCommand("ip route add default via 10.9.1.1 metric 200")
                .withPodCommand("ip route add default via 10.77.0.1 metric 100"));
    Container guest = stage.urunj().create(BundleBuilder.linuxWeb(pod)).start();
    assertThat(annotation(guest, "network.interface")).isEqualTo("net1");
  }

  @Test
  void onlyInterfaceWithoutDefaultRouteAnswersOnItsSubnet() throws Exception {
    Pod pod = stage.pod("isolated", PodSpec.number(1).withGateways());
    assertThat(page(pod)).contains("route: 10.9.1.0/24").doesNotContain("route: default");
  }

  @Test
  void severalInterfacesWithoutDefaultRouteMeanNoNetworkAndStateSaysSo() throws Exception {
    Pod pod =
        stage.pod(
            "undecided",
            PodSpec.number(1)
                .withGateways()
                .withPodCommand(
                    "ip link add net1 type veth peer peer0; ip link set net1 up; ip link set peer0 up")
                .withPodCommand("ip addr add 10.77.0.2/24 dev net1"));
    Container guest =
        stage.urunj().create(root(pod, "ls /sys/class/net; echo all interfaces")).start();
    assertThat(annotation(guest, "network")).isEqualTo("none");
    assertThat(annotation(guest, "network.reason")).contains("default route");
    guest.awaitConsole("all interfaces", BOOT);
    assertThat(guest.console()).contains("lo\n").doesNotContain("eth0");
  }

  @Test
  void everyAddressOfBothFamiliesAnswers() throws Exception {
    Pod pod =
        stage.pod(
            "dual",
            PodSpec.number(1)
                .withAddresses("10.9.1.2/24", "10.19.1.2/24", "fd00:9::2/64", "fd00:19::2/64")
                .withNodeAddresses("10.9.1.1/24", "10.19.1.1/24", "fd00:9::1/64", "fd00:19::1/64")
                .withGateways("10.9.1.1", "fd00:9::1"));
    Container guest = stage.urunj().create(BundleBuilder.linuxWeb(pod)).start();
    String page = pod.awaitHttp("/", guest);
    for (String address : pod.spec().addresses()) {
      assertThat(page).contains("address: eth0 " + address + "\n");
      String ip = address.replaceFirst("/.*", "");
      String host = ip.contains(":") ? "[" + ip + "]" : ip;
      assertThat(stage.node().run("curl", "-gsSf", "-m", "5", "http://" + host + "/").orFail())
          .contains("hostname: web");
    }
  }

  /// The guest's interface has the pod's 1400, and the path behind the router only 1300.
  @Test
  void downloadThroughARouterWithASmallerMtuArrivesWhole() throws Exception {
    stage.node().sh("echo 1 >/proc/sys/net/ipv4/ip_forward");
    Pod client = stage.pod("client", PodSpec.number(2));
    stage.node().sh("ip link set " + client.nodeLink() + " mtu 1300");
    Pod pod = stage.pod("server", PodSpec.number(1).withMtu(1400));
    stage.node().remember();
    String serve =
        "mkdir /tmp/www; cp /sys/class/net/eth0/mtu /tmp/www;"
            + "head -c "
            + DOWNLOAD
            + " /dev/urandom >/tmp/www/big; sha256sum /tmp/www/big;"
            + "exec httpd -f -p 80 -h /tmp/www";
    Container guest = stage.urunj().create(root(pod, serve)).start();
    guest.awaitConsole("  /tmp/www/big", BOOT);
    String console = guest.console();
    assertThat(pod.awaitHttp("/mtu", guest)).isEqualTo("1400\n");
    Result got = client.run("sh", "-c", "curl -sSf -m 60 http://10.9.1.2/big | sha256sum");
    assertThat(console).contains(got.orFail().substring(0, 64) + "  /tmp/www/big");
  }

  @Test
  void twoPodsOnOneBridgeHaveTheirOwnAddressesAndBothAnswerAlways() throws Exception {
    PodSpec bridged = PodSpec.number(1).withBridge("br0");
    Pod one = stage.pod("one", bridged);
    Pod two = stage.pod("two", bridged.withAddresses("10.9.1.3/24"));
    stage.node().remember();
    Container first = stage.urunj().create(BundleBuilder.linuxWeb(one)).start();
    Container second = stage.urunj().create(BundleBuilder.linuxWeb(two)).start();
    one.awaitHttp("/", first);
    two.awaitHttp("/", second);
    for (int i = 0; i < 20; i++) {
      assertThat(one.http("/")).contains("address: eth0 10.9.1.2/24");
      assertThat(two.http("/")).contains("address: eth0 10.9.1.3/24");
    }
    String neighbours = stage.node().sh("ip neigh show dev br0");
    assertThat(mac(one)).isNotEqualTo(mac(two));
    assertThat(neighbours).contains("10.9.1.2 lladdr " + mac(one));
    assertThat(neighbours).contains("10.9.1.3 lladdr " + mac(two));
  }

  private long reassembled() throws IOException {
    String[] ip = stage.node().sh("grep ^Ip: /proc/net/snmp | tail -n 1").strip().split(" ");
    return Long.parseLong(ip[15]); // ReasmOKs
  }

  private static String mac(Pod pod) throws IOException {
    return pod.run("ip", "-o", "link", "show", "dev", "eth0").orFail().replaceFirst(MAC, "$1");
  }

  private String page(Pod pod) throws IOException {
    Container guest = stage.urunj().create(BundleBuilder.linuxWeb(pod)).start();
    return pod.awaitHttp("/", guest);
  }

  /// A web server that first pings: several times, because the node may just have given up asking
  /// for the address of a guest that was not there yet, and then drops the first answer.
  private static BundleBuilder pinging(Pod pod, String target) throws IOException {
    String ping = "ping -c 5 -W 2 " + target + " && echo reached " + target;
    return root(pod, ping + "; exec httpd -f -p 80 -h /srv/www");
  }

  private static BundleBuilder root(Pod pod, String script) throws IOException {
    return BundleBuilder.linuxWeb(pod).user(0, 0).args("/bin/sh", "-c", script);
  }

  private static String annotation(Container guest, String key) throws IOException {
    return guest.state().getAsJsonObject("annotations").get("dev.urunj." + key).getAsString();
  }
}
