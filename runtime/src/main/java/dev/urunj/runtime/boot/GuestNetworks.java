package dev.urunj.runtime.boot;

import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.linux.netlink.Neighbour;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RoutingRule;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.guest.GuestNetwork;
import dev.urunj.runtime.guest.PodLocalhost;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.network.Aliases;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodPolicy;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Translates what was found in the pod into a guest's terms, because neither package knows the
/// other.
public final class GuestNetworks {
  private static final int IPV4 = 2; // AF_INET
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private GuestNetworks() {}

  /// What a guest takes over.
  ///
  /// @param aliases of the pod's localhost, null where it is not shared; one of a family in which
  ///   the pod has no address is left out
  public static GuestNetwork of(
      PodInterface pod, PodPolicy policy, ResolvConf resolver, @Nullable Aliases aliases)
      throws IOException {
    MacAddress mac = pod.link().mac();
    if (mac == null) {
      throw new ContainerException(
          FailureKind.NODE_LACKS,
          "network: the pod's interface " + pod.link().name() + " has no MAC address");
    }
    List<GuestNetwork.Route> routes = routes(pod);
    return new GuestNetwork(
        mac.toString(),
        pod.link().mtu(),
        addresses(pod.addresses()),
        routes,
        neighbours(pod.neighbours()),
        resolver,
        localhost(pod, aliases, routes),
        new GuestNetwork.Policy(policy.settings(), policy.sysctls(), rules(policy)));
  }

  /// Adds the routes to the aliases' nets. The fabric takes what comes from the first address of a
  /// family, or the lent one, and drops the rest.
  private static PodLocalhost localhost(
      PodInterface pod, @Nullable Aliases aliases, List<GuestNetwork.Route> routes)
      throws IOException {
    if (aliases == null) {
      return PodLocalhost.NONE;
    }
    Inet4Address ipv4 = aliases.ipv4();
    Inet6Address ipv6 = aliases.ipv6();
    InetAddress lent = aliases.lent();
    InetAddress source4 = lent == null ? firstAddress(pod, IPV4_BYTES) : lent;
    InetAddress source6 = firstAddress(pod, IPV6_BYTES);
    if (ipv4 != null && source4 != null) {
      routes.add(aliasRoute(ipv4, source4));
    }
    if (ipv6 != null && source6 != null) {
      routes.add(aliasRoute(ipv6, source6));
    }
    return new PodLocalhost(
        source4 == null ? null : ipv4, source6 == null ? null : ipv6, aliases.lent());
  }

  private static @Nullable InetAddress firstAddress(PodInterface pod, int bytes) {
    for (InterfaceAddress address : pod.addresses()) {
      if (address.address().getAddress().length == bytes) {
        return address.address();
      }
    }
    return null;
  }

  /// To the net of an alias: all but its last byte.
  private static GuestNetwork.Route aliasRoute(InetAddress alias, InetAddress source)
      throws IOException {
    byte[] net = alias.getAddress();
    net[net.length - 1] = 0;
    int prefix = (net.length - 1) * Byte.SIZE;
    return new GuestNetwork.Route(InetAddress.getByAddress(net), prefix, null, false, 0, source);
  }

  private static List<GuestNetwork.Address> addresses(List<InterfaceAddress> addresses) {
    List<GuestNetwork.Address> result = new ArrayList<>();
    for (InterfaceAddress address : addresses) {
      result.add(new GuestNetwork.Address(address.address(), address.prefixLength()));
    }
    return result;
  }

  private static List<GuestNetwork.Route> routes(PodInterface pod) throws IOException {
    List<GuestNetwork.Route> result = new ArrayList<>();
    for (Route route : pod.routes()) {
      InetAddress destination = route.destination();
      boolean unicast = route.type() == Route.RTN_UNICAST;
      result.add(
          new GuestNetwork.Route(
              route.type(),
              destination == null ? anywhere(route.family()) : destination,
              route.prefixLength(),
              route.metric(),
              route.mtu(),
              sourceOf(route, pod.addresses()),
              unicast ? hops(route) : List.of()));
    }
    return result;
  }

  private static List<GuestNetwork.Hop> hops(Route route) {
    List<GuestNetwork.Hop> hops = new ArrayList<>();
    for (Route.NextHop hop : route.nextHops()) {
      hops.add(new GuestNetwork.Hop(hop.gateway(), hop.onlink(), hop.weight()));
    }
    return hops;
  }

  private static List<GuestNetwork.Rule> rules(PodPolicy policy) throws IOException {
    List<GuestNetwork.Rule> rules = new ArrayList<>();
    for (RoutingRule rule : policy.forbidding()) {
      InetAddress source = rule.source();
      InetAddress destination = rule.destination();
      InetAddress any = anywhere(rule.family());
      rules.add(
          new GuestNetwork.Rule(
              rule.action(),
              rule.priority(),
              new GuestNetwork.Address(source == null ? any : source, rule.sourceLength()),
              new GuestNetwork.Address(
                  destination == null ? any : destination, rule.destinationLength())));
    }
    return rules;
  }

  /// The preferred source, if the guest has it. It may be an address of another interface.
  private static @Nullable InetAddress sourceOf(Route route, List<InterfaceAddress> addresses) {
    InetAddress source = route.preferredSource();
    for (InterfaceAddress address : addresses) {
      if (address.address().equals(source)) {
        return source;
      }
    }
    return null;
  }

  private static List<GuestNetwork.Neighbour> neighbours(List<Neighbour> neighbours) {
    List<GuestNetwork.Neighbour> result = new ArrayList<>();
    for (Neighbour neighbour : neighbours) {
      MacAddress mac = neighbour.mac();
      if (mac != null) {
        result.add(new GuestNetwork.Neighbour(neighbour.address(), mac.toString()));
      }
    }
    return result;
  }

  private static InetAddress anywhere(int family) throws IOException {
    return InetAddress.getByAddress(new byte[family == IPV4 ? IPV4_BYTES : IPV6_BYTES]);
  }
}
