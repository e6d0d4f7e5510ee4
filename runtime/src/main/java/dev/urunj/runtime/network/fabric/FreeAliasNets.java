package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Neighbour;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.runtime.network.IpNet;
import dev.urunj.runtime.network.PodInterface;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses the fabric's nets: of each kind the first that nothing in the pod uses, be it an
/// address, a gateway, a neighbour, a name server, or a route to this net or to a part of it. A
/// wider route, for example that of an interface's own subnet, does not count, because the fabric's
/// net is only a small hole in it. Why these nets: `src/main/c/pod-fabric.h`.
final class FreeAliasNets {
  static final int RT_TABLE_LOCAL = 255; // uapi/linux/rtnetlink.h

  static final int RTN_LOCAL = 2;

  private static final List<String> GUEST_SIDE_IPV4 =
      List.of("169.254.223.0", "169.254.197.0", "169.254.155.0", "169.254.131.0");
  private static final List<String> POD_SIDE_IPV4 =
      List.of("127.88.0.0", "127.89.0.0", "127.90.0.0");
  private static final List<String> GUEST_SIDE_IPV6 =
      List.of("fd75:7275:6e6a:1::", "fd75:7275:6e6a:3::");
  private static final List<String> POD_SIDE_IPV6 =
      List.of("fd75:7275:6e6a:2::", "fd75:7275:6e6a:4::");

  private final List<Use> uses = new ArrayList<>();
  private boolean hasLoopbackIpv6;

  private FreeAliasNets() {}

  /// Looks at everything in the namespace of a socket.
  ///
  /// @param preferred for what a guest sees of its pod, before our own
  /// @param lacking gets a line about a family for which no net is free, where the other has them
  /// @throws IOException when the pod has no address, or no family has free nets
  static FabricNets choose(
      RouteSocket socket,
      PodInterface pod,
      List<InetAddress> nameservers,
      List<InetAddress> preferred,
      List<String> lacking)
      throws IOException {
    FreeAliasNets nets = new FreeAliasNets();
    for (Link link : socket.links()) {
      for (InterfaceAddress address : socket.addresses(link.index())) {
        nets.use(address);
      }
    }
    for (Route route : socket.routes()) {
      nets.use(route);
    }
    for (Route route : socket.routes(RT_TABLE_LOCAL)) {
      if (!isLeft(route)) {
        nets.use(route);
      }
    }
    for (Neighbour neighbour : socket.neighbours(pod.link().index())) {
      nets.use("the neighbour", neighbour.address());
    }
    for (InetAddress nameserver : nameservers) {
      nets.use("the name server", nameserver);
    }
    return nets.choose(pod, preferred, lacking);
  }

  /// Whether a route of the local table is one of a fabric whose guest is gone. It has an MTU,
  /// which no other program gives a net of loopback addresses.
  static boolean isLeft(Route route) {
    InetAddress source = route.preferredSource();
    return route.mtu() != 0
        && route.type() == RTN_LOCAL
        && source != null
        && source.isLoopbackAddress();
  }

  private FabricNets choose(PodInterface pod, List<InetAddress> preferred, List<String> lacking)
      throws IOException {
    InetAddress ipv4 = addressOf(pod, true);
    InetAddress ipv6 = hasLoopbackIpv6 ? addressOf(pod, false) : null;
    if (ipv4 == null && ipv6 == null) {
      throw new IOException("the pod's interface " + pod.link().name() + " has no address");
    }
    FabricNets.Family family4 = null;
    FabricNets.Family family6 = null;
    IOException refused = null;
    try {
      family4 = family(ipv4, true, preferred);
    } catch (IOException e) {
      refused = e;
    }
    try {
      family6 = ipv6 == null ? null : family(ipv6, false, preferred);
    } catch (IOException e) {
      if (refused != null) {
        e.addSuppressed(refused);
      }
      refused = e;
    }
    if (refused != null) {
      if (family4 == null && family6 == null) {
        throw refused;
      }
      lacking.add(
          "the pod's localhost is not shared by "
              + (family4 == null ? "IPv4: " : "IPv6: ")
              + refused.getMessage());
    }
    return new FabricNets(family4, family6);
  }

  /// @param pod null where urunj lends the guest an address
  private FabricNets.Family family(
      @Nullable InetAddress pod, boolean ipv4, List<InetAddress> preferred) throws IOException {
    List<InetAddress> candidates = candidates(preferred, ipv4);
    InetAddress guestSide = free(candidates, ipv4 ? 24 : 120);
    if (guestSide == null) {
      throw new IOException(
          taken(candidates, ipv4 ? 24 : 120) + "; choose another one by [network] alias_nets");
    }
    List<InetAddress> ours = literals(ipv4 ? POD_SIDE_IPV4 : POD_SIDE_IPV6);
    InetAddress podSide = free(ours, ipv4 ? 16 : 112);
    if (podSide == null) {
      throw new IOException(
          taken(ours, ipv4 ? 16 : 112) + "; one of them has to be free, whatever alias_nets says");
    }
    return new FabricNets.Family(
        pod == null ? FabricNets.lent(guestSide) : pod, guestSide, podSide);
  }

  private static List<InetAddress> candidates(List<InetAddress> preferred, boolean ipv4) {
    List<InetAddress> candidates = new ArrayList<>();
    for (InetAddress net : preferred) {
      if (net instanceof Inet4Address == ipv4) {
        candidates.add(net);
      }
    }
    candidates.addAll(literals(ipv4 ? GUEST_SIDE_IPV4 : GUEST_SIDE_IPV6));
    return candidates;
  }

  private static List<InetAddress> literals(List<String> nets) {
    List<InetAddress> addresses = new ArrayList<>();
    for (String net : nets) {
      addresses.add(InetAddress.ofLiteral(net));
    }
    return addresses;
  }

  private static @Nullable InetAddress addressOf(PodInterface pod, boolean ipv4) {
    for (InterfaceAddress address : pod.addresses()) {
      if (address.address() instanceof Inet4Address == ipv4) {
        return address.address();
      }
    }
    return null;
  }

  private @Nullable InetAddress free(List<InetAddress> candidates, int prefixLength) {
    for (InetAddress candidate : candidates) {
      if (useOf(new IpNet(candidate, prefixLength)) == null) {
        return candidate;
      }
    }
    return null;
  }

  private String taken(List<InetAddress> candidates, int prefixLength) {
    StringBuilder all = new StringBuilder("the pod uses every net that the fabric could take: ");
    boolean first = true;
    for (InetAddress candidate : candidates) {
      IpNet net = new IpNet(candidate, prefixLength);
      Use use = useOf(net);
      all.append(first ? "" : ", ").append(net.text());
      all.append(use == null ? "" : " (" + use.what + " " + use.net.text() + ")");
      first = false;
    }
    return all.toString();
  }

  private @Nullable Use useOf(IpNet net) {
    for (Use use : uses) {
      if (use.net.prefixLength() >= net.prefixLength() && use.net.overlaps(net)) {
        return use;
      }
    }
    return null;
  }

  private void use(String what, InetAddress address) {
    uses.add(new Use(what, new IpNet(address, 8 * address.getAddress().length)));
  }

  private void use(InterfaceAddress address) {
    use("the address", address.address());
    InetAddress peer = address.peer();
    uses.add(
        new Use(
            "the net of an address",
            new IpNet(peer == null ? address.address() : peer, address.prefixLength())));
    if (address.address().isLoopbackAddress() && !(address.address() instanceof Inet4Address)) {
      hasLoopbackIpv6 = true;
    }
  }

  private void use(Route route) {
    InetAddress gateway = route.gateway();
    if (gateway != null) {
      use("the gateway", gateway);
    }
    InetAddress destination = route.destination();
    if (destination != null) {
      uses.add(new Use("the route to", new IpNet(destination, route.prefixLength())));
    }
  }

  /// @param what for people
  private record Use(String what, IpNet net) {}
}
