package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Route;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The routes of a pod that mean something to a guest, which has one of the pod's interfaces and no
/// other.
///
/// @param routes those through the interface, with their next hops through it alone, and those that
///   forbid; without a gateway first
/// @param notes what of them cannot be said to a guest
record PodRoutes(List<Route> routes, List<String> notes) {
  private static final int MOST = 8;
  private static final int KERNEL = 2; // RTPROT_KERNEL, uapi/linux/rtnetlink.h

  /// @param routes of the main table
  static PodRoutes through(List<Route> routes, int linkIndex) {
    List<Route> direct = new ArrayList<>();
    List<Route> byGateway = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Route route : routes) {
      Route through = through(route, linkIndex, notes);
      if (through == null) {
        continue;
      }
      (hasGateway(through) || through.destination() == null ? byGateway : direct).add(through);
    }
    direct.addAll(byGateway);
    return new PodRoutes(direct, some(notes));
  }

  /// The first of a list that may be long, and how many more there are.
  static List<String> some(List<String> all) {
    if (all.size() <= MOST) {
      return all;
    }
    List<String> some = new ArrayList<>(all.subList(0, MOST));
    some.add("and " + (all.size() - MOST) + " more");
    return some;
  }

  private static @Nullable Route through(Route route, int linkIndex, List<String> notes) {
    if (comesByItself(route)) {
      return null;
    }
    if (forbids(route)) {
      note(route, notes);
      return route;
    }
    if (route.type() != Route.RTN_UNICAST) {
      return null;
    }
    List<Route.NextHop> hops = new ArrayList<>();
    for (Route.NextHop hop : route.nextHops()) {
      if (hop.linkIndex() == linkIndex) {
        hops.add(hop);
      }
    }
    if (hops.isEmpty()) {
      return null;
    }
    note(route, notes);
    if (hops.size() < route.nextHops().size()) {
      notes.add("the guest has of " + words(route) + " only the next hops by its interface");
    }
    return route.withHops(hops);
  }

  private static void note(Route route, List<String> notes) {
    if (route.beyond() != null && route.protocol() != Route.RTPROT_RA) { // it comes again by itself
      notes.add("the guest has " + words(route) + " without what it says of " + route.beyond());
    }
  }

  private static String words(Route route) {
    InetAddress destination = route.destination();
    return destination == null
        ? "the default route"
        : "the route to " + destination.getHostAddress() + "/" + route.prefixLength();
  }

  /// Blackhole, unreachable, prohibit and throw: for the guest too.
  private static boolean forbids(Route route) {
    return route.type() >= Route.RTN_BLACKHOLE && route.type() <= Route.RTN_THROW;
  }

  private static boolean hasGateway(Route route) {
    for (Route.NextHop hop : route.nextHops()) {
      if (hop.gateway() != null) {
        return true;
      }
    }
    return false;
  }

  /// What the kernel makes for every IPv6 interface, the guest's own included. IPv4's
  /// 169.254.0.0/16 does not come by itself: a gateway may be there; nor does 224.0.0.0/4.
  private static boolean comesByItself(Route route) {
    InetAddress destination = route.destination();
    if (route.family() == Route.AF_INET) {
      return false;
    }
    return (destination != null
            && route.type() == Route.RTN_UNICAST
            && (destination.isMulticastAddress() || destination.isLinkLocalAddress()))
        || (forbids(route) && route.protocol() == KERNEL);
  }
}
