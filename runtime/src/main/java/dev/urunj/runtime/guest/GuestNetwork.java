package dev.urunj.runtime.guest;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The one interface of a guest: the pod interface's addresses, routes and resolver.
///
/// @param mac `02:00:00:00:00:01`, lower case
/// @param mtu bytes, 0 to leave the guest's own
/// @param addresses IPv4 and IPv6, in the interface's order
/// @param routes in the namespace's order; those without a gateway are set first
/// @param neighbours permanent entries
/// @param resolver nameservers, search domains and options of the pod's containers; what the guest
///   is to be told is [#names()]
/// @param localhost how the guest reaches the pod's localhost; the routes lead there
public record GuestNetwork(
    String mac,
    int mtu,
    List<Address> addresses,
    List<Route> routes,
    List<Neighbour> neighbours,
    ResolvConf resolver,
    PodLocalhost localhost) {
  public GuestNetwork {
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
    neighbours = List.copyOf(neighbours);
  }

  /// An address with its real prefix length in bits.
  public record Address(InetAddress ip, int prefix) {}

  private static boolean covers(InetAddress network, int prefix, InetAddress address) {
    byte[] ours = network.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    int whole = prefix / 8;
    int rest = prefix % 8;
    return Arrays.equals(ours, 0, whole, theirs, 0, whole)
        && (rest == 0 || ((ours[whole] ^ theirs[whole]) & (0xff00 >> rest) & 0xff) == 0);
  }

  /// A route; the default route has the all-zero destination and prefix 0.
  ///
  /// @param gateway null for an on-link route
  /// @param onlink the gateway is reachable although no subnet holds it; also assumed where no
  ///   route without a gateway leads to it
  /// @param mtu bytes, 0 for the interface's: overlay networks set a smaller one on the route alone
  /// @param source the address that connections begin from, null to leave it to the guest
  public record Route(
      InetAddress destination,
      int prefix,
      @Nullable InetAddress gateway,
      boolean onlink,
      int mtu,
      @Nullable InetAddress source) {}

  /// A permanent neighbour entry.
  public record Neighbour(InetAddress ip, String mac) {}

  /// Whom the guest asks for names.
  NameService names() {
    return NameService.of(resolver, localhost);
  }

  /// For a guest that is told of IPv4 alone.
  GuestNetwork withoutLocalhost6() {
    return new GuestNetwork(
        mac, mtu, addresses, routes, neighbours, resolver, localhost.withoutIpv6());
  }

  /// Whether a gateway lies outside the subnets of all addresses.
  boolean isOffSubnet(InetAddress gateway) {
    for (Address address : addresses) {
      if (covers(address.ip(), address.prefix(), gateway)) {
        return false;
      }
    }
    return !isReachedByItself(gateway);
  }

  /// Whether no route without a gateway leads to a gateway.
  boolean isOffRoutes(InetAddress gateway) {
    for (Route route : routes) {
      if (route.gateway() == null && covers(route.destination(), route.prefix(), gateway)) {
        return false;
      }
    }
    return !isReachedByItself(gateway);
  }

  /// The route to fe80::/64 comes with every interface.
  private static boolean isReachedByItself(InetAddress gateway) {
    return gateway.isLinkLocalAddress() && gateway.getAddress().length != 4;
  }

  @Nullable Address firstIpv4() {
    for (Address address : addresses) {
      if (address.ip().getAddress().length == 4) {
        return address;
      }
    }
    return null;
  }

  /// The gateway of the IPv4 default route.
  @Nullable InetAddress ipv4Gateway() {
    for (Route route : routes) {
      if (route.prefix() == 0 && route.destination().getAddress().length == 4) {
        return route.gateway();
      }
    }
    return null;
  }
}
