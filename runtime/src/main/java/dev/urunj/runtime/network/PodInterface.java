package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.linux.netlink.Neighbour;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The interface through which a pod talks, with everything the guest has to take over from it.
///
/// It is the one with the default route of the lowest metric, IPv4 before IPv6, whatever its name,
/// unless that is a guest's TAP. An IPv4 way out that has link-local addresses only comes after
/// IPv6: EKS gives one (`v4if0`) to pods whose network is IPv6. A pod without a default route still
/// has an interface when there is exactly one candidate: a link that is up, is no loopback and no
/// TAP, and has an address of global scope.
///
/// @param addresses global addresses of both families, in the kernel's order
/// @param routes routes of the main table through this link, and those that forbid; with their next
///   hops through this link alone, those without a gateway first
/// @param neighbours permanent entries: a gateway may answer no ARP
/// @param notes what of the routes cannot be said to a guest, and which link-local address it has
///   not
public record PodInterface(
    Link link,
    List<InterfaceAddress> addresses,
    List<Route> routes,
    List<Neighbour> neighbours,
    List<String> notes) {

  private static final int SCOPE_LINK = 253; // RT_SCOPE_LINK, uapi/linux/rtnetlink.h
  private static final int TYPE_UNICAST = 1; // RTN_UNICAST
  private static final int FAMILY_IPV4 = 2; // AF_INET

  /// What of it a guest has for its own, without the lengths of the nets.
  public List<InetAddress> hosts() {
    List<InetAddress> hosts = new ArrayList<>();
    for (InterfaceAddress address : addresses) {
      hosts.add(address.address());
    }
    return hosts;
  }

  /// An interface with nothing that cannot be said.
  public PodInterface(
      Link link, List<InterfaceAddress> addresses, List<Route> routes, List<Neighbour> neighbours) {
    this(link, addresses, routes, neighbours, List.of());
  }

  /// Looks for it in the namespace of a socket.
  ///
  /// @param links of that namespace
  /// @return null when the pod has none, or several without a default route
  public static @Nullable PodInterface find(RouteSocket socket, List<Link> links)
      throws IOException {
    List<Route> routes = socket.routes();
    Link link = linkOf(links, defaultRoute(socket, routes));
    if (link == null) {
      link = onlyCandidate(socket, links);
    }
    if (link == null) {
      return null;
    }
    PodRoutes through = PodRoutes.through(routes, link.index());
    List<InterfaceAddress> addresses = socket.addresses(link.index());
    List<String> notes = new ArrayList<>(through.notes());
    addLinkLocal(notes, addresses, link.mac());
    return new PodInterface(
        link,
        global(addresses),
        through.routes(),
        permanentNeighbours(socket, link.index()),
        notes);
  }

  /// A guest's kernel makes its link-local address of the hardware address. A pod's may have made
  /// another (`addr_gen_mode` 2 and 3), or was given one.
  private static void addLinkLocal(
      List<String> notes, List<InterfaceAddress> addresses, @Nullable MacAddress mac)
      throws IOException {
    InetAddress other = null;
    for (InterfaceAddress address : addresses) {
      InetAddress ip = address.address();
      if (ip instanceof Inet6Address && ip.isLinkLocalAddress()) {
        if (mac == null || ip.equals(linkLocal(mac))) {
          return;
        }
        other = ip;
      }
    }
    if (other != null) {
      notes.add(
          "the guest does not have the pod's link-local address "
              + other.getHostAddress()
              + ", which is not made of the hardware address");
    }
  }

  private static @Nullable Route defaultRoute(RouteSocket socket, List<Route> routes)
      throws IOException {
    Route ipv4 = best(routes, true);
    Route ipv6 = best(routes, false);
    if (ipv4 == null || ipv6 == null) {
      return ipv4 == null ? ipv6 : ipv4;
    }
    boolean elsewhere = ipv6.linkIndex() != ipv4.linkIndex();
    return elsewhere && hasOnlyLinkLocal(socket, ipv4.linkIndex()) ? ipv6 : ipv4;
  }

  private static @Nullable Route best(List<Route> routes, boolean ipv4) {
    Route best = null;
    for (Route route : routes) {
      if (isDefault(route)
          && (route.family() == FAMILY_IPV4) == ipv4
          && (best == null || route.metric() < best.metric())) {
        best = route;
      }
    }
    return best;
  }

  private static boolean hasOnlyLinkLocal(RouteSocket socket, int linkIndex) throws IOException {
    for (InterfaceAddress address : socket.addresses(linkIndex)) {
      if (!address.address().isLinkLocalAddress()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDefault(Route route) {
    return route.destination() == null && route.type() == TYPE_UNICAST && route.linkIndex() > 0;
  }

  private static @Nullable Link linkOf(List<Link> links, @Nullable Route route) {
    if (route == null) {
      return null;
    }
    for (Link link : links) {
      if (link.index() == route.linkIndex()
          && !link.isLoopback()
          && !TapName.matches(link.name())) {
        return link;
      }
    }
    return null;
  }

  private static @Nullable Link onlyCandidate(RouteSocket socket, List<Link> links)
      throws IOException {
    Link candidate = null;
    for (Link link : links) {
      if (!link.isUp() || link.isLoopback() || "tun".equals(link.kind())) {
        continue;
      }
      if (!global(socket.addresses(link.index())).isEmpty()) {
        if (candidate != null) {
          return null;
        }
        candidate = link;
      }
    }
    return candidate;
  }

  private static List<InterfaceAddress> global(List<InterfaceAddress> addresses) {
    List<InterfaceAddress> global = new ArrayList<>();
    for (InterfaceAddress address : addresses) {
      if (address.scope() < SCOPE_LINK) {
        global.add(address);
      }
    }
    return global;
  }

  private static List<Neighbour> permanentNeighbours(RouteSocket socket, int linkIndex)
      throws IOException {
    List<Neighbour> permanent = new ArrayList<>();
    for (Neighbour neighbour : socket.neighbours(linkIndex)) {
      if (neighbour.isPermanent()) {
        permanent.add(neighbour);
      }
    }
    return permanent;
  }

  /// The link-local address that a kernel makes of a hardware address; RFC 4291, appendix A.
  public static InetAddress linkLocal(MacAddress mac) throws IOException {
    byte[] bytes = mac.toBytes();
    byte[] address = new byte[16];
    address[0] = (byte) 0xfe;
    address[1] = (byte) 0x80;
    System.arraycopy(bytes, 0, address, 8, 3);
    address[8] ^= 2;
    address[11] = (byte) 0xff;
    address[12] = (byte) 0xfe;
    System.arraycopy(bytes, 3, address, 13, 3);
    return InetAddress.getByAddress(address);
  }

  /// The hardware address of a pod's interface.
  ///
  /// @throws IOException when it has none
  public static MacAddress macOf(Link pod) throws IOException {
    MacAddress mac = pod.mac();
    if (mac == null) {
      throw new IOException("the pod's interface " + pod.name() + " has no MAC address");
    }
    return mac;
  }
}
