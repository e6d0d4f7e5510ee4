package dev.urunj.runtime.guest;

import java.net.Inet4Address;
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
///   gets of it is [#names()]
/// @param localhost how the guest reaches the pod's localhost; the routes lead there
/// @param policy what the pod's namespace lets its processes do
public record GuestNetwork(
    String mac,
    int mtu,
    List<Address> addresses,
    List<Route> routes,
    List<Neighbour> neighbours,
    ResolvConf resolver,
    PodLocalhost localhost,
    Policy policy) {
  public GuestNetwork {
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
    neighbours = List.copyOf(neighbours);
  }

  /// A network of a pod without settings of its own.
  public GuestNetwork(
      String mac,
      int mtu,
      List<Address> addresses,
      List<Route> routes,
      List<Neighbour> neighbours,
      ResolvConf resolver,
      PodLocalhost localhost) {
    this(mac, mtu, addresses, routes, neighbours, resolver, localhost, Policy.NONE);
  }

  /// What holds in the pod and so in the guest.
  ///
  /// @param settings `NAME VALUE` below /proc/sys, before the interface is up
  /// @param sysctls `NAME VALUE`, those that a pod may choose; a container's own win
  /// @param rules that forbid
  public record Policy(List<String> settings, List<String> sysctls, List<Rule> rules) {
    public static final Policy NONE = new Policy(List.of(), List.of(), List.of());

    public Policy {
      settings = List.copyOf(settings);
      sysctls = List.copyOf(sysctls);
      rules = List.copyOf(rules);
    }
  }

  /// A rule of policy routing that forbids.
  ///
  /// @param action `FR_ACT_…` of uapi/linux/fib_rules.h: 6 blackhole, 7 unreachable, 8 prohibit
  /// @param priority unsigned; the kernel asks the smaller one first
  /// @param source what the source lies in, all zeros with length 0 for any
  /// @param destination likewise
  public record Rule(int action, int priority, Address source, Address destination) {}

  /// An address with its real prefix length in bits.
  public record Address(InetAddress ip, int prefix) {
    /// The netmask of an IPv4 address, such as `255.255.255.0` for 24.
    String mask() {
      int mask = prefix == 0 ? 0 : -1 << (32 - prefix);
      StringBuilder text = new StringBuilder();
      for (int shift = 24; shift >= 0; shift -= 8) {
        text.append((mask >>> shift) & 255).append(shift > 0 ? "." : "");
      }
      return text.toString();
    }
  }

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
  /// @param type `RTN_…` of uapi/linux/rtnetlink.h: 1 unicast, 6 blackhole, 7 unreachable, 8
  ///   prohibit, 9 throw
  /// @param metric unsigned; 0 for the kernel's own choice
  /// @param mtu bytes, 0 for the interface's: overlay networks set a smaller one on the route alone
  /// @param source the address that connections begin from, null to leave it to the guest
  /// @param hops one or more for type 1, none for the others
  public record Route(
      int type,
      InetAddress destination,
      int prefix,
      int metric,
      int mtu,
      @Nullable InetAddress source,
      List<Hop> hops) {
    public static final int UNICAST = 1;

    public Route {
      hops = List.copyOf(hops);
    }

    /// A route with one next hop.
    public Route(
        InetAddress destination,
        int prefix,
        @Nullable InetAddress gateway,
        boolean onlink,
        int mtu,
        @Nullable InetAddress source) {
      this(UNICAST, destination, prefix, 0, mtu, source, List.of(new Hop(gateway, onlink, 1)));
    }

    /// Whether all of its way is on the link itself, or there is none.
    boolean isDirect() {
      for (Hop hop : hops) {
        if (hop.gateway() != null) {
          return false;
        }
      }
      return true;
    }
  }

  /// A next hop.
  ///
  /// @param gateway null for an on-link route; may be of the other family
  /// @param onlink the gateway is reachable although no subnet holds it; also assumed where no
  ///   route without a gateway leads to it
  /// @param weight 1 to 256: its share where there are several
  public record Hop(@Nullable InetAddress gateway, boolean onlink, int weight) {}

  /// A permanent neighbour entry.
  public record Neighbour(InetAddress ip, String mac) {}

  /// The name servers that the guest asks.
  NameService names() {
    return NameService.of(resolver, localhost);
  }

  /// For a guest that gets IPv4 alone.
  GuestNetwork withoutLocalhost6() {
    return new GuestNetwork(
        mac, mtu, addresses, routes, neighbours, resolver, localhost.withoutIpv6(), policy);
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
      if (route.type() == Route.UNICAST
          && route.isDirect()
          && covers(route.destination(), route.prefix(), gateway)) {
        return false;
      }
    }
    return !isReachedByItself(gateway);
  }

  /// The route to fe80::/64 comes with every interface.
  private static boolean isReachedByItself(InetAddress gateway) {
    return gateway.isLinkLocalAddress() && gateway.getAddress().length != 4;
  }

  /// Whether the pod has a route or a rule that forbids.
  boolean forbids() {
    for (Route route : routes) {
      if (route.type() != Route.UNICAST) {
        return true;
      }
    }
    return !policy.rules().isEmpty();
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
      if (route.type() != Route.UNICAST
          || route.prefix() != 0
          || route.destination().getAddress().length != 4) {
        continue;
      }
      for (Hop hop : route.hops()) {
        if (hop.gateway() instanceof Inet4Address) {
          return hop.gateway();
        }
      }
    }
    return null;
  }
}
