package dev.urunj.e2e.network;

import dev.urunj.e2e.stage.Nameserver;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Site;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What is around a pod of a cluster: the world, with a web server and the cluster's name server,
/// behind the node's link `up0`. The name server's service address is translated by the side that a
/// test chooses. Close it before the node.
final class Cluster implements AutoCloseable {
  static final String NODE = "192.0.2.1";
  static final String WORLD = "192.0.2.2";
  static final String WORLD6 = "2001:db8::2";

  /// The name server's service address.
  static final String SERVICE = "10.96.0.10";

  static final String SERVICE6 = "fd96::10";

  private static final int DNS_PORT = 5353;

  private final List<Site> sites = new ArrayList<>();
  private final Site node;

  Cluster(Node node) {
    this.node = Site.of(node);
    sites.add(this.node);
  }

  Site node() {
    return node;
  }

  /// A new namespace; what runs in it ends with this.
  Site site(String name) throws IOException {
    Site site = Site.made(node.node(), name);
    sites.add(site);
    return site;
  }

  /// A pod's namespace with `lo` up; give it an `eth0`.
  Site pod(String name) throws IOException {
    return site(name);
  }

  /// The namespace `world`, joined to the node, which forwards; the world knows nothing of pods.
  Site world() throws IOException {
    Site world = site("world");
    node.sh(
        """
        echo 1 >/proc/sys/net/ipv4/ip_forward
        echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
        ip link add up0 type veth peer name eth0 netns world
        ip addr add 192.0.2.1/24 dev up0
        ip addr add 2001:db8::1/64 dev up0
        ip link set up0 up
        """);
    world.sh(
        "ip link set eth0 up; ip addr add 192.0.2.2/24 dev eth0; "
            + "ip addr add 2001:db8::2/64 dev eth0");
    world.sh(Node.carrier("eth0"));
    node.sh(Node.carrier("up0") + "ip route add default via 192.0.2.2");
    world.serveWeb("8000", "world");
    return world;
  }

  /// Starts the cluster's name server.
  ///
  /// @param address its own, IPv4 or IPv6
  /// @param web the address of `web` in the namespace `default`
  static Nameserver nameserver(Site site, String address, String web) throws IOException {
    return nameserver(site, address, DNS_PORT, web);
  }

  static Nameserver nameserver(Site site, String address, int port, String web) throws IOException {
    String domain = ".default.svc.cluster.local=";
    String[] zone = {"web" + domain + web, "long" + domain + web + "*60", "outside.example=" + web};
    return Nameserver.start(site, "plain", address, port, zone);
  }

  /// What a kubelet writes.
  static String resolvConf(String service) {
    return "search default.svc.cluster.local svc.cluster.local cluster.local\n"
        + ("nameserver " + service + "\n")
        + "options ndots:5\n";
  }

  /// Lets a site translate the name server's service address of its family, as kube-proxy does on
  /// each node.
  static void translate(Site proxy, String nameserver) throws IOException {
    boolean ipv6 = nameserver.contains(":");
    String rules =
        """
        nft -f - <<'END'
        table FAMILY services {
          chain prerouting {
            type nat hook prerouting priority -100
            FAMILY daddr SERVICE udp dport 53 dnat to SERVER
            FAMILY daddr SERVICE tcp dport 53 dnat to SERVER
          }
        }
        END
        """;
    proxy.sh(
        rules
            .replace("FAMILY", ipv6 ? "ip6" : "ip")
            .replace("SERVICE", ipv6 ? SERVICE6 : SERVICE)
            .replace("SERVER", (ipv6 ? "[" + nameserver + "]" : nameserver) + ":" + DNS_PORT));
  }

  @Override
  public void close() {
    for (Site site : sites) {
      site.close();
    }
  }
}
