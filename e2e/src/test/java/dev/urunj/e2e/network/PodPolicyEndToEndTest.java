package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.GuestShell;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Servers;
import dev.urunj.e2e.stage.Site;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What holds for the processes of a pod holds for its guest: what it may reach, what it takes from
/// its neighbours, what it may bind.
@EndToEnd
class PodPolicyEndToEndTest {
  /// A router advertisement with a prefix, a default route of high preference and an MTU, RFC 4861.
  private static final String ADVERTISE =
      """
      import socket, struct, sys, time
      name = sys.argv[1]
      index = socket.if_nametoindex(name)
      s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
      for option in (socket.IPV6_MULTICAST_HOPS, socket.IPV6_UNICAST_HOPS):
          s.setsockopt(socket.IPPROTO_IPV6, option, 255)
      mac = bytes.fromhex(sys.argv[2].replace(':', ''))
      prefix = socket.inet_pton(socket.AF_INET6, '2001:db8:bad::')
      packet = struct.pack('!BBHBBHII', 134, 0, 0, 64, 8, 1800, 0, 0) + struct.pack('!BB6s', 1, 1, mac)
      packet += struct.pack('!BBBBIII16s', 3, 4, 64, 0xc0, 86400, 14400, 0, prefix)
      packet += struct.pack('!BBHI', 5, 1, 0, 1280)
      for i in range(3):
          s.sendto(packet, ('ff02::1', 0, 0, index))
          time.sleep(0.3)
      """;

  private static final String MAC = "(?s).*link/ether ([0-9a-f:]+) .*";

  @RegisterExtension final Stage stage = new Stage();

  private final Servers servers = new Servers();

  @AfterEach
  void endServers() {
    servers.end();
  }

  private static PodSpec dual() {
    return PodSpec.number(1)
        .withAddresses("10.9.1.2/24", "fd00:9::2/64")
        .withNodeAddresses("10.9.1.1/24", "fd00:9::1/64")
        .withGateways("10.9.1.1", "fd00:9::1");
  }

  /// From the node, which hears its own multicast and shall not follow it.
  private void advertise(Pod pod) throws IOException {
    Path script = Files.writeString(Target.scratch().resolve("advertise"), ADVERTISE);
    String mac = stage.node().sh("ip -o link show dev " + pod.nodeLink()).replaceFirst(MAC, "$1");
    String takes = "/proc/sys/net/ipv6/conf/" + pod.nodeLink() + "/accept_ra";
    stage.node().sh("echo 0 >" + takes);
    stage.node().run("python3", script.toString(), pod.nodeLink(), mac).orFail();
    stage.node().sh("echo 1 >" + takes);
  }

  private GuestShell guest(Pod pod, BundleBuilder bundle) throws IOException {
    Container web = stage.urunj().create(bundle).start();
    leftOut = web.state().getAsJsonObject("annotations").toString();
    return new GuestShell(Site.of(stage.node()), "http://" + pod.address()).await(web);
  }

  private String leftOut = "";

  @Test
  void guestReachesTakesAndBindsWhatThePodsProcessesDo() throws Exception {
    PodSpec strict =
        dual()
            .withPodCommand(
                "for f in accept_ra accept_redirects; do echo 0 >/proc/sys/net/ipv6/conf/eth0/$f; done;"
                    + "echo 0 >/proc/sys/net/ipv4/conf/all/accept_redirects;"
                    + "echo 0 >/proc/sys/net/ipv4/conf/eth0/accept_redirects")
            .withPodCommand(
                "cd /proc/sys/net/ipv4; echo 80 >ip_unprivileged_port_start; echo 77 >tcp_keepalive_time;"
                    + "echo 61000 65000 >ip_local_port_range; echo '0 5000' >ping_group_range")
            .withPodCommand(
                "ip route add blackhole 198.51.100.1; ip -6 route add unreachable 2001:db8:77::1;"
                    + "ip rule add to 198.51.100.7 prohibit priority 90;"
                    + "ip rule add from 10.9.1.2 table 100 priority 100")
            .withPodCommand(
                "echo 0 >/proc/sys/net/ipv4/nexthop_compat_mode; ip nexthop add id 7 via 10.9.1.1 dev eth0;"
                    + "ip route del default; ip route add default nhid 7;"
                    + "ip route add 203.0.113.0/24 via inet6 fd00:9::1 dev eth0;"
                    + "ip route add 224.0.0.0/4 dev eth0;"
                    + "ip route add 192.0.2.0/24 nexthop via 10.9.1.99 dev eth0 weight 1"
                    + " nexthop via 10.9.1.1 dev eth0 weight 256");
    stage
        .node()
        .sh(
            "for a in 198.51.100.1 198.51.100.2 198.51.100.7 203.0.113.1 192.0.2.1 192.0.2.2; do"
                + " ip addr add $a/32 dev lo; done; ip addr add 2001:db8:77::1/128 dev lo nodad;"
                + " ip addr add 2001:db8:77::2/128 dev lo nodad");
    servers.serve(stage.node()::run, "0.0.0.0", 8000, "world");
    servers.start(stage.node()::run, "python3 -m http.server -d /run/serve-world8000 -b :: 8001");
    Pod pod = stage.pod("strict", strict);
    stage.node().remember();
    GuestShell shell =
        guest(
            pod,
            GuestShell.in(pod)
                .user(1000, 1000)
                .args("/bin/sh", "-c", "exec httpd -f -p 80 -h /srv/www"));
    advertise(pod);

    String asked =
        shell.sh(
            """
            ask() { wget -q -O - http://$1/ >/tmp/got 2>&1; grep -q world /tmp/got && echo "$1 answers" || cat /tmp/got; }
            for a in 198.51.100.1 198.51.100.2 198.51.100.7 203.0.113.1; do ask $a:8000; done
            ask 192.0.2.1:8000 || ask 192.0.2.2:8000
            ask '[2001:db8:77::1]:8001'; ask '[2001:db8:77::2]:8001'
            ip route get 239.1.2.3
            cat /proc/sys/net/ipv4/tcp_keepalive_time /proc/sys/net/ipv4/ip_local_port_range
            cat /proc/sys/net/ipv4/ping_group_range
            cat /proc/sys/net/ipv6/conf/*/accept_ra | tr -d '\\n'; echo
            ip -6 route; ip -6 addr; cat /sys/class/net/eth0/mtu
            """);
    assertThat(asked)
        .contains("198.51.100.2:8000 answers", "203.0.113.1:8000 answers")
        .containsPattern("192\\.0\\.2\\.[12]:8000 answers")
        .contains("[2001:db8:77::2]:8001 answers")
        .doesNotContain("198.51.100.1:8000 answers", "198.51.100.7:8000 answers")
        .doesNotContain("[2001:db8:77::1]:8001 answers")
        .containsPattern("239\\.1\\.2\\.3 dev eth0")
        .contains("77\n61000\t65000\n0\t5000\n")
        .contains("default via fd00:9::1")
        .contains("1500\n")
        .doesNotContain("2001:db8:bad", "default via fe80");
    assertThat(leftOut)
        .contains("not the pod's rules beyond it (IPv4 priority 100: table 100)")
        .doesNotContain("priority 90");
  }

  /// Kubernetes sets them at the pod's sandbox, whose IPC namespace the containers join.
  @Test
  void settingsOfThePodsIpcNamespaceAreTheGuests() throws Exception {
    Pod pod = stage.pod("pod");
    String sandbox =
        "cd /proc/sys; echo 1 >kernel/shm_rmid_forced; echo 9000 >kernel/msgmax;"
            + " echo 20 >fs/mqueue/msg_max; touch /run/sandbox; exec sleep 600";
    try (Site node = Site.of(stage.node())) {
      long holder = node.start("unshare --ipc sh -ec '" + sandbox + "'");
      node.sh("for i in $(seq 100); do [ -e /run/sandbox ] && exit; sleep 0.05; done; exit 1");
      BundleBuilder bundle =
          GuestShell.in(pod)
              .edit(spec -> {
                for (JsonElement each :
                    spec.getAsJsonObject("linux").getAsJsonArray("namespaces")) {
                  JsonObject namespace = each.getAsJsonObject();
                  if (namespace.get("type").getAsString().equals("ipc")) {
                    namespace.addProperty("path", "/proc/" + holder + "/ns/ipc");
                  }
                }
              });
      String asked =
          guest(pod, bundle)
              .sh(
                  "cd /proc/sys; cat kernel/shm_rmid_forced kernel/msgmax fs/mqueue/msg_max kernel/msgmnb");
      assertThat(asked).isEqualTo("1\n9000\n20\n16384\n");
    }
  }

  /// As Docker makes a pod of a network without IPv6. The resolver's file has a byte that is no
  /// UTF-8, and comments without end.
  @Test
  void podWithoutIpv6HasAGuestWithoutItWhateverItsNeighboursAdvertise() throws Exception {
    Pod pod =
        stage.pod(
            "legacy",
            PodSpec.number(1)
                .withPodCommand(
                    "for i in all default lo eth0; do"
                        + " echo 1 >/proc/sys/net/ipv6/conf/$i/disable_ipv6; done"));
    stage.node().remember();
    Path resolver = Target.scratch().resolve("resolv.conf");
    byte[] text =
        ("# caf\u00e9\nnameserver 10.9.1.1\n" + "# long\n".repeat(14_000))
            .getBytes(StandardCharsets.ISO_8859_1);
    Files.write(resolver, text);
    GuestShell shell =
        guest(pod, GuestShell.in(pod).mount("/etc/resolv.conf", resolver.toString(), "ro"));
    advertise(pod);
    String asked =
        shell.sh(
            "cat /proc/net/if_inet6; cat /proc/sys/net/ipv6/conf/eth0/disable_ipv6;"
                + " wc -c </etc/resolv.conf; head -n 1 /etc/resolv.conf | xxd -p; ip -6 route");
    assertThat(asked).isEqualTo("1\n" + text.length + "\n2320636166e90a\n");
  }
}
