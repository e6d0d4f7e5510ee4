package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Neighbour;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses the fabric's nets: of each kind the first with which nothing in the pod collides, be it
/// an address, the net of one, a route, a gateway, a neighbour or a name server. Why these nets:
/// `src/main/c/pod-fabric.h`.
final class FreeNets {
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

  private final List<Net> used = new ArrayList<>();
  private boolean hasLoopbackIpv6;

  private FreeNets() {}

  /// Looks at everything in the namespace of a socket.
  ///
  /// @param preferred for what a guest sees of its pod, before our own
  /// @throws IOException when the pod has no address, or something collides with all nets of a kind
  static FabricNets choose(
      RouteSocket socket,
      PodInterface pod,
      List<InetAddress> nameservers,
      List<InetAddress> preferred)
      throws IOException {
    FreeNets nets = new FreeNets();
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
      nets.use(neighbour.address());
    }
    for (InetAddress nameserver : nameservers) {
      nets.use(nameserver);
    }
    return nets.choose(pod, preferred);
  }

  /// Whether a route of the local table is one of a fabric whose guest is gone: nobody else gives a
  /// net of loopback addresses an MTU.
  static boolean isLeft(Route route) {
    InetAddress source = route.preferredSource();
    return route.mtu() != 0
        && route.type() == RTN_LOCAL
        && source != null
        && source.isLoopbackAddress();
  }

  private FabricNets choose(PodInterface pod, List<InetAddress> preferred) throws IOException {
    InetAddress ipv4 = addressOf(pod, true);
    InetAddress ipv6 = hasLoopbackIpv6 ? addressOf(pod, false) : null;
    if (ipv4 == null && ipv6 == null) {
      throw new IOException("the pod's interface " + pod.link().name() + " has no address");
    }
    InetAddress guestSide = free(candidates(preferred, true, GUEST_SIDE_IPV4), 24);
    return new FabricNets(
        new FabricNets.Family(
            ipv4 == null ? FabricNets.lent(guestSide) : ipv4,
            guestSide,
            free(candidates(List.of(), true, POD_SIDE_IPV4), 16)),
        ipv6 == null
            ? null
            : new FabricNets.Family(
                ipv6,
                free(candidates(preferred, false, GUEST_SIDE_IPV6), 120),
                free(candidates(List.of(), false, POD_SIDE_IPV6), 112)));
  }

  private static List<InetAddress> candidates(
      List<InetAddress> preferred, boolean ipv4, List<String> own) {
    List<InetAddress> candidates = new ArrayList<>();
    for (InetAddress net : preferred) {
      if (net instanceof Inet4Address == ipv4) {
        candidates.add(net);
      }
    }
    for (String net : own) {
      candidates.add(InetAddress.ofLiteral(net));
    }
    return candidates;
  }

  private static @Nullable InetAddress addressOf(PodInterface pod, boolean ipv4) {
    for (InterfaceAddress address : pod.addresses()) {
      if (address.address() instanceof Inet4Address == ipv4) {
        return address.address();
      }
    }
    return null;
  }

  private InetAddress free(List<InetAddress> candidates, int prefixLength) throws IOException {
    for (InetAddress candidate : candidates) {
      if (isFree(new Net(candidate, prefixLength))) {
        return candidate;
      }
    }
    StringBuilder all = new StringBuilder();
    for (InetAddress candidate : candidates) {
      all.append(all.isEmpty() ? "" : ", ").append(candidate.getHostAddress());
    }
    throw new IOException("the pod uses addresses of every net that the fabric could take: " + all);
  }

  private boolean isFree(Net net) {
    for (Net other : used) {
      if (other.overlaps(net)) {
        return false;
      }
    }
    return true;
  }

  private void use(InetAddress address) {
    used.add(new Net(address, 8 * address.getAddress().length));
  }

  /// The net of a loopback address is everybody's.
  private void use(InterfaceAddress address) {
    use(address.address());
    if (!address.address().isLoopbackAddress()) {
      InetAddress peer = address.peer();
      used.add(new Net(peer == null ? address.address() : peer, address.prefixLength()));
    } else if (!(address.address() instanceof Inet4Address)) {
      hasLoopbackIpv6 = true;
    }
  }

  private void use(Route route) {
    InetAddress gateway = route.gateway();
    if (gateway != null) {
      use(gateway);
    }
    InetAddress destination = route.destination();
    boolean loopback =
        destination != null && destination.isLoopbackAddress() && route.prefixLength() == 8;
    if (destination != null && !loopback) {
      used.add(new Net(destination, route.prefixLength()));
    }
  }

  record Net(InetAddress address, int prefixLength) {
    boolean overlaps(Net other) {
      byte[] one = address.getAddress();
      byte[] two = other.address.getAddress();
      if (one.length != two.length) {
        return false;
      }
      int bits = Math.min(prefixLength, other.prefixLength);
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if (((one[i / 8] ^ two[i / 8]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
