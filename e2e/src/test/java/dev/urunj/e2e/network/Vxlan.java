package dev.urunj.e2e.network;

import dev.urunj.e2e.stage.Site;
import java.io.IOException;

/// Two nodes and an overlay as Flannel makes it: the devices learn nothing, whatever there is to
/// know about the other node is written down.
final class Vxlan {
  private static final String MAC_A = "0e:00:00:00:00:0a";
  private static final String MAC_B = "0e:00:00:00:00:0b";

  private Vxlan() {}

  /// The pods of the one node have 10.244.0.0/24, those of the other 10.244.1.0/24.
  static void join(Site a, Site b) throws IOException {
    a.sh("ip link add eth1 type veth peer name eth1 netns " + b.name());
    half(a, "172.18.0.1", MAC_A, 0);
    half(b, "172.18.0.2", MAC_B, 1);
    know(a, "172.18.0.2", MAC_B, 1);
    know(b, "172.18.0.1", MAC_A, 0);
  }

  private static void half(Site node, String underlay, String mac, int number) throws IOException {
    node.sh(
        """
        echo 1 >/proc/sys/net/ipv4/ip_forward
        ip addr add UNDERLAY/24 dev eth1
        ip link set eth1 up
        ip link add flannel.1 address MAC type vxlan id 1 local UNDERLAY dev eth1 dstport 8472 nolearning
        ip link set flannel.1 mtu 1450
        ip addr add 10.244.NUMBER.0/32 dev flannel.1
        ip link set flannel.1 up
        """
            .replace("UNDERLAY", underlay)
            .replace("MAC", mac)
            .replace("NUMBER", "" + number));
  }

  private static void know(Site node, String underlay, String mac, int number) throws IOException {
    String gateway = "10.244." + number + ".0";
    node.sh(
        "ip neigh add "
            + gateway
            + " lladdr "
            + mac
            + " dev flannel.1 nud permanent\n"
            + "bridge fdb append "
            + mac
            + " dev flannel.1 dst "
            + underlay
            + " self permanent\n"
            + "ip route add "
            + gateway
            + "/24 via "
            + gateway
            + " dev flannel.1 onlink\n");
  }

  /// Packets that were cut or put together again, or that could not be, since the namespace is
  /// there.
  static long fragments(Site site) throws IOException {
    String[] ip = site.sh("grep ^Ip: /proc/net/snmp | tail -n 1").strip().split(" ");
    long all = 0;
    for (int field = 14; field <= 19; field++) { // ReasmReqds to FragCreates
      all += Long.parseLong(ip[field]);
    }
    return all;
  }
}
