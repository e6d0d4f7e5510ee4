package dev.urunj.runtime.network;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pod fabric: one address for guests and the pod's containers, by the three programs of
/// `src/main/c/pod-fabric.bpf.c`, and localhost in both directions. What the programs need beside
/// themselves, and in which order it comes and goes, is said there.
final class Fabric {
  private static final int RT_SCOPE_HOST = 254; // uapi/linux/rtnetlink.h

  static final String ROUTE_LOCALNET = "net/ipv4/conf/lo/route_localnet";
  static final String ACCEPT_LOCAL = "net/ipv4/conf/lo/accept_local";
  static final String RP_FILTER = "net/ipv4/conf/lo/rp_filter";

  private final RouteSocket socket;
  private final Redirects redirects;
  private final FabricFilters filters;
  private final FabricLoad load;
  private boolean kept;

  Fabric(RouteSocket socket, Redirects redirects, FabricLoad load) {
    this.socket = socket;
    this.load = load;
    this.redirects = redirects;
    this.filters = new FabricFilters(socket);
  }

  /// Attaches the programs to a pod and to a TAP that is up and has a `clsact` qdisc, or the TAP to
  /// the fabric that stands because other guests live by it. On failure everything but the TAP's
  /// own settings is as before.
  void attach(Wiring.Fabric wiring, Link tap, PodNetwork.Announcements announcements)
      throws IOException {
    List<Integer> others = filters.livingBeside(tap.index());
    new FabricAttachment(this, wiring, tap, announcements).run(others);
  }

  /// Without an address of its own the TAP is silent: what the pod says to all its links, a guest
  /// would take for its own.
  void silence(Link tap) throws IOException {
    try {
      Sysctl.write("net/ipv6/conf/" + tap.name() + "/disable_ipv6", "1");
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) { // a kernel without IPv6
        throw e;
      }
    }
  }

  /// Undoes an act. As long as other guests live by it, it stays, and only what is the guest's own
  /// in the maps goes.
  ///
  /// @param tapIndex the TAP of the guest whose act it was
  void undo(FabricAct act, int tapIndex) throws IOException {
    List<Integer> others = filters.livingBeside(tapIndex);
    if (others.isEmpty()) {
      undo(act);
    } else if (!kept) {
      keep(others);
      kept = true;
    }
  }

  /// Takes the guests out of the maps that do not live. Those of a fabric of another version are
  /// left to it: its programs see for themselves that a TAP is gone.
  void keep(List<Integer> living) throws IOException {
    try (LivingFabric fabric = LivingFabric.of(filters.programs())) {
      new FabricSlots(fabric).keep(living);
    } catch (OtherFabricException _) {
      // said when a guest wants to join it
    }
  }

  /// The routes were first and are last. A guest that found the fabric standing has announced no
  /// setting and no qdisc; what is to become of them the routes know.
  private void undo(FabricAct act) throws IOException {
    if (act instanceof FabricAct.Classifier at) {
      boolean _ = filters.remove(at.linkIndex(), parent(at));
    } else if (act instanceof FabricAct.LocalRoute) {
      new DeadFabric(socket, redirects, this).remove();
    } else {
      FabricAct.Setting setting = (FabricAct.Setting) act;
      if (setting.value().equals(Sysctl.find(setting.name()))) {
        Sysctl.write(setting.name(), setting.before());
      }
    }
  }

  /// Whether [#undo] has anything to do.
  boolean stands(FabricAct act, int tapIndex) throws IOException {
    if (!filters.livingBeside(tapIndex).isEmpty()) {
      return isIn(tapIndex);
    }
    if (act instanceof FabricAct.Classifier at) {
      return filters.has(at.linkIndex(), parent(at));
    }
    if (act instanceof FabricAct.LocalRoute route) {
      return isThere(route);
    }
    FabricAct.Setting setting = (FabricAct.Setting) act;
    return setting.value().equals(Sysctl.find(setting.name()));
  }

  private boolean isIn(int tapIndex) throws IOException {
    try (LivingFabric fabric = LivingFabric.of(filters.programs())) {
      return new FabricSlots(fabric).has(tapIndex);
    } catch (OtherFabricException _) {
      return false;
    }
  }

  /// Whether one of our filters is at a link.
  boolean isAt(int linkIndex) throws IOException {
    return filters.has(linkIndex, Filter.INGRESS) || filters.has(linkIndex, Filter.EGRESS);
  }

  /// Whether any guest lives by the fabric.
  boolean hasGuest() throws IOException {
    return !filters.living().isEmpty();
  }

  FabricFilters filters() {
    return filters;
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
        redirects.ingressOf(lo.index()) == null,
        redirects.ingressOf(pod.index()) == null ? FabricMark.CLSACT : null,
        pod.index());
  }

  private static boolean isOn(@Nullable String value) {
    return value != null && !value.equals("0");
  }

  private static int filterOf(@Nullable String value) {
    return value == null ? 0 : "1".equals(value) ? 1 : "2".equals(value) ? 2 : 0;
  }

  FabricLoad load() {
    return load;
  }

  RouteSocket socket() {
    return socket;
  }

  Redirects redirects() {
    return redirects;
  }

  /// Removes our filters from a link, no matter which command left them.
  ///
  /// @return whether there were any
  boolean removeFrom(int linkIndex) throws IOException {
    boolean in = filters.remove(linkIndex, Filter.INGRESS);
    boolean out = filters.remove(linkIndex, Filter.EGRESS);
    return in || out;
  }

  static int parent(FabricAct.Classifier at) {
    return at.egress() ? Filter.EGRESS : Filter.INGRESS;
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
  void add(FabricAct.LocalRoute route, FabricMark mark) throws IOException {
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

  private void removeLeft(FabricAct.LocalRoute wanted) throws IOException {
    for (Route route : socket.routes(FreeNets.RT_TABLE_LOCAL)) {
      if (wanted.destination().equals(route.destination()) && FreeNets.isLeft(route)) {
        remove(route);
      }
    }
  }

  boolean isThere(FabricAct.LocalRoute wanted) throws IOException {
    for (Route route : socket.routes(FreeNets.RT_TABLE_LOCAL)) {
      if (wanted.destination().equals(route.destination())
          && wanted.prefixLength() == route.prefixLength()
          && wanted.mtu() == route.mtu()) {
        return true;
      }
    }
    return false;
  }

  private Route routeOf(FabricAct.LocalRoute route, FabricMark mark) throws IOException {
    boolean ipv4 = route.destination().getAddress().length == 4;
    return new Route(
        ipv4 ? Route.AF_INET : Route.AF_INET6,
        route.destination(),
        route.prefixLength(),
        null,
        loopback().index(),
        mark.metric(),
        ipv4 ? RT_SCOPE_HOST : Route.RT_SCOPE_UNIVERSE,
        FreeNets.RTN_LOCAL,
        FreeNets.RT_TABLE_LOCAL,
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
