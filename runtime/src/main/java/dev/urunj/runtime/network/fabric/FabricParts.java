package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.runtime.network.PodFilters;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// The parts of a fabric in one pod: filters, routes, and the settings of `lo`. Each is looked at,
/// added and removed here alone; what belongs together, and in which order it comes and goes, is
/// decided above.
final class FabricParts {
  private static final int RT_SCOPE_HOST = 254; // uapi/linux/rtnetlink.h

  static final String ROUTE_LOCALNET = "net/ipv4/conf/lo/route_localnet";
  static final String ACCEPT_LOCAL = "net/ipv4/conf/lo/accept_local";
  static final String RP_FILTER = "net/ipv4/conf/lo/rp_filter";

  private final RouteSocket socket;
  private final PodFilters beds;
  private final FabricFilters filters;

  FabricParts(RouteSocket socket) {
    this.socket = socket;
    this.beds = new PodFilters(socket);
    this.filters = new FabricFilters(socket);
  }

  FabricFilters filters() {
    return filters;
  }

  RouteSocket socket() {
    return socket;
  }

  /// The qdiscs that the filters lie in.
  PodFilters beds() {
    return beds;
  }

  /// Whether one of our filters is at a link.
  boolean isAt(int linkIndex) throws IOException {
    return filters.has(linkIndex, Filter.INGRESS) || filters.has(linkIndex, Filter.EGRESS);
  }

  /// Whether any guest lives by the fabric.
  boolean hasGuest() throws IOException {
    return !filters.living().isEmpty();
  }

  /// What is to be put back one day: what stands says so, or else the pod as it is.
  FabricMark mark(Link pod, Link lo) throws IOException {
    FabricMark standing = FabricMark.find(socket);
    if (standing != null) {
      return standing;
    }
    return new FabricMark(
        isOn(Sysctl.find(ROUTE_LOCALNET)),
        isOn(Sysctl.find(ACCEPT_LOCAL)),
        filterOf(Sysctl.find(RP_FILTER)),
        beds.qdiscOf(lo.index()) == null,
        beds.qdiscOf(pod.index()) == null ? FabricMark.CLSACT : null,
        pod.index());
  }

  private static boolean isOn(@Nullable String value) {
    return value != null && !value.equals("0");
  }

  private static int filterOf(@Nullable String value) {
    return value == null ? 0 : "1".equals(value) ? 1 : "2".equals(value) ? 2 : 0;
  }

  /// Removes our filters from a link, no matter which command left them.
  ///
  /// @return whether there were any
  boolean removeFrom(int linkIndex) throws IOException {
    boolean in = filters.remove(linkIndex, Filter.INGRESS);
    boolean out = filters.remove(linkIndex, Filter.EGRESS);
    return in || out;
  }

  /// @param egress at the link's way out, not in
  static int parent(boolean egress) {
    return egress ? Filter.EGRESS : Filter.INGRESS;
  }

  /// One that is gone is done.
  void remove(Route route) throws IOException {
    try {
      socket.deleteRoute(route);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESRCH && e.errno() != Errno.ENODEV) {
        throw e;
      }
    }
  }

  /// Adds a route, in place of another one that a fabric has left there.
  void add(LocalNet route, FabricMark mark) throws IOException {
    try {
      socket.addRoute(routeOf(route, mark));
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
      removeLeft(route);
      socket.addRoute(routeOf(route, mark));
    }
  }

  private void removeLeft(LocalNet wanted) throws IOException {
    for (Route route : socket.routes(FreeAliasNets.RT_TABLE_LOCAL)) {
      if (wanted.destination().equals(route.destination()) && FreeAliasNets.isLeft(route)) {
        remove(route);
      }
    }
  }

  boolean isThere(LocalNet wanted) throws IOException {
    for (Route route : socket.routes(FreeAliasNets.RT_TABLE_LOCAL)) {
      if (wanted.destination().equals(route.destination())
          && wanted.prefixLength() == route.prefixLength()
          && wanted.mtu() == route.mtu()) {
        return true;
      }
    }
    return false;
  }

  private Route routeOf(LocalNet route, FabricMark mark) throws IOException {
    boolean ipv4 = route.destination().getAddress().length == 4;
    return new Route(
        ipv4 ? Route.AF_INET : Route.AF_INET6,
        route.destination(),
        route.prefixLength(),
        null,
        loopback().index(),
        mark.metric(),
        ipv4 ? RT_SCOPE_HOST : Route.RT_SCOPE_UNIVERSE,
        FreeAliasNets.RTN_LOCAL,
        FreeAliasNets.RT_TABLE_LOCAL,
        false,
        route.mtu(),
        InetAddress.ofLiteral(ipv4 ? "127.0.0.1" : "::1"));
  }

  Link loopback() throws IOException {
    for (Link link : socket.links()) {
      if (link.isLoopback()) {
        return link;
      }
    }
    throw new IOException("the pod has no loopback interface");
  }
}
