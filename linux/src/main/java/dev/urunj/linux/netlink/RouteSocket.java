package dev.urunj.linux.netlink;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An rtnetlink socket, rtnetlink(7): reads and changes links, addresses, routes, neighbours,
/// qdiscs and filters of one network namespace.
///
/// It belongs for ever to the namespace the opening thread was in, and may be used from any thread
/// afterwards, one at a time. Calls wait for the kernel and so belong on platform threads. Every
/// method throws a [NetlinkException] when the kernel refuses: `EPERM` without `CAP_NET_ADMIN`,
/// `ENODEV` for a link that does not exist, `EEXIST` for what exists already.
///
/// A link is named by its index, because a name can be another link a moment later. All numbers of
/// bytes, bits and packets are as in the records [Link], [InterfaceAddress], [Route], [Neighbour],
/// [Qdisc] and [Filter].
public final class RouteSocket implements AutoCloseable {
  private static final int ATTEMPTS_WHILE_BUSY = 5;
  private static final int BUSY_PAUSE_MILLIS = 10;

  private final NetlinkSocket socket;

  private RouteSocket(NetlinkSocket socket) {
    this.socket = socket;
  }

  /// Opens a socket in the calling thread's network namespace.
  public static RouteSocket open() throws ErrnoException {
    return new RouteSocket(NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE));
  }

  @Override
  public void close() throws ErrnoException {
    socket.close();
  }

  // Links

  /// Same as: `ip -d link show`
  public List<Link> links() throws ErrnoException {
    return socket.dump(LinkCodec.all(), LinkCodec.READER);
  }

  /// Same as: `ip -d link show` for one index.
  ///
  /// @return null when there is none
  public @Nullable Link link(int index) throws ErrnoException {
    return socket.get(LinkCodec.one(index), LinkCodec.READER);
  }

  /// Same as: `ip -d link show dev $name`
  ///
  /// @return null when there is none
  /// @throws IllegalArgumentException for a name that no link can have: not 1 to 15 bytes
  public @Nullable Link link(String name) throws ErrnoException {
    return socket.get(LinkCodec.one(name), LinkCodec.READER);
  }

  /// Same as: `ip link set dev $if up`
  public void setUp(int index) throws ErrnoException {
    change(LinkCodec.flags(index, Link.IFF_UP, Link.IFF_UP));
  }

  /// Same as: `ip link set dev $if down`. IPv4 routes and IPv6 addresses of the link go.
  public void setDown(int index) throws ErrnoException {
    change(LinkCodec.flags(index, 0, Link.IFF_UP));
  }

  /// Same as: `ip link set dev $if mtu $mtu`. `EINVAL` outside the device's range.
  void setMtu(int index, int mtu) throws ErrnoException {
    change(LinkCodec.mtu(index, mtu));
  }

  /// MTU and state in one message. Same as: `ip link set dev $if mtu $mtu up`
  public void configure(int index, int mtu, boolean up) throws ErrnoException {
    change(LinkCodec.configure(index, mtu, up));
  }

  /// Same as: `ip link set dev $if address $mac`
  void setMac(int index, MacAddress mac) throws ErrnoException {
    change(LinkCodec.mac(index, mac));
  }

  /// Same as: `ip link set dev $if name $name`. Before Linux 6.2 `EBUSY` while the link is up.
  void rename(int index, String name) throws ErrnoException {
    change(LinkCodec.name(index, name));
  }

  /// Moves a link to another namespace, where it may get another index. Its addresses and routes
  /// go. Same as: `ip link set dev $if netns $netns`
  ///
  /// @param netns stays the caller's
  void moveTo(int index, Fd netns) throws ErrnoException {
    change(LinkCodec.netns(index, netns));
  }

  /// Same as: `ip link set dev $if master $bridge`; master 0 is `nomaster`.
  void setMaster(int index, int masterIndex) throws ErrnoException {
    change(LinkCodec.master(index, masterIndex));
  }

  /// Same as: `ip link delete dev $if`. Waits 10 to 30 ms in the kernel, for readers of the link to
  /// be gone. A veth takes its peer along.
  public void deleteLink(int index) throws ErrnoException {
    change(LinkCodec.delete(index));
  }

  /// Same as: `ip link add $name type veth peer name $peer [netns $netns]`
  ///
  /// @param peerNetns where the peer is made, in this namespace when null; stays the caller's
  /// @return the index of `name`
  public int addVeth(String name, String peerName, @Nullable Fd peerNetns) throws ErrnoException {
    change(LinkCodec.createVeth(name, peerName, peerNetns));
    return indexOf(name);
  }

  /// Same as: `ip link add $name type bridge`
  ///
  /// @return its index
  public int addBridge(String name) throws ErrnoException {
    change(LinkCodec.create(name, "bridge"));
    return indexOf(name);
  }

  // Addresses

  /// IPv4 and IPv6, in the kernel's order. Same as: `ip address show dev $if`
  public List<InterfaceAddress> addresses(int linkIndex) throws ErrnoException {
    return socket.dump(AddressCodec.all(linkIndex), AddressCodec.READER);
  }

  /// Same as: `ip address add $address/$prefix dev $if`
  public void addAddress(int linkIndex, InetAddress address, int prefixLength)
      throws ErrnoException {
    change(AddressCodec.add(linkIndex, address, prefixLength));
  }

  /// Same as: `ip address delete $address/$prefix dev $if`. `EADDRNOTAVAIL` when there is none.
  public void deleteAddress(int linkIndex, InetAddress address, int prefixLength)
      throws ErrnoException {
    change(AddressCodec.delete(linkIndex, address, prefixLength));
  }

  // Routes

  /// The main table, IPv4 first. Same as: `ip -4 route show; ip -6 route show`
  public List<Route> routes() throws ErrnoException {
    return routes(Route.RT_TABLE_MAIN);
  }

  /// Same as: `ip route show table $table`, for both families.
  ///
  /// @return empty too when there is no such table
  public List<Route> routes(int table) throws ErrnoException {
    List<Route> routes = new ArrayList<>();
    for (int family : new int[] {Route.AF_INET, Route.AF_INET6}) {
      for (Route route : routes(family, table)) {
        if (route.family() == family && route.table() == table) {
          routes.add(route);
        }
      }
    }
    return withNextHops(routes);
  }

  /// With `net.ipv4.nexthop_compat_mode=0` a route names only the object that has its next hops.
  private List<Route> withNextHops(List<Route> routes) throws ErrnoException {
    List<NextHopCodec.NextHopObject> objects = null;
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      if (route.nextHopObject() == 0 || !route.nextHops().isEmpty()) {
        continue;
      }
      if (objects == null) {
        objects = socket.dump(NextHopCodec.all(), NextHopCodec.READER);
      }
      List<Route.NextHop> hops = NextHopCodec.resolve(route.nextHopObject(), objects);
      if (!hops.isEmpty()) {
        routes.set(i, route.withHops(hops));
      }
    }
    return routes;
  }

  private List<Route> routes(int family, int table) throws ErrnoException {
    try {
      return socket.dump(RouteCodec.all(family, table), RouteCodec.READER);
    } catch (NetlinkException e) {
      if (e.errno() == Errno.ENOENT) {
        return List.of(); // the IPv4 table of a new namespace is made with its first route
      }
      throw e;
    }
  }

  /// Same as: `ip route add $destination/$prefix via $gateway dev $if metric $metric …`.
  /// `ENETUNREACH` ("Nexthop has invalid gateway") when no route leads to the gateway and it is not
  /// `onlink`.
  public void addRoute(Route route) throws ErrnoException {
    change(RouteCodec.add(route));
  }

  /// Same as: `ip route delete …`; `ESRCH` when there is none like it.
  public void deleteRoute(Route route) throws ErrnoException {
    change(RouteCodec.delete(route));
  }

  // Rules

  /// Same as: `ip -4 rule show; ip -6 rule show`
  ///
  /// @return empty too for a family that has no policy routing in this kernel
  public List<RoutingRule> rules() throws ErrnoException {
    List<RoutingRule> rules = new ArrayList<>();
    for (int family : new int[] {Route.AF_INET, Route.AF_INET6}) {
      try {
        for (RoutingRule rule :
            socket.dump(RoutingRuleCodec.all(family), RoutingRuleCodec.READER)) {
          if (rule.family() == family) {
            rules.add(rule);
          }
        }
      } catch (NetlinkException e) {
        if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EAFNOSUPPORT) {
          throw e;
        }
      }
    }
    return rules;
  }

  // Neighbours

  /// IPv4 and IPv6. Same as: `ip neighbour show dev $if nud all`
  public List<Neighbour> neighbours(int linkIndex) throws ErrnoException {
    return socket.dump(NeighbourCodec.all(linkIndex), NeighbourCodec.READER);
  }

  /// Same as: `ip neighbour add $address lladdr $mac dev $if nud permanent`
  public void addNeighbour(Neighbour neighbour) throws ErrnoException {
    change(NeighbourCodec.add(neighbour));
  }

  // Queueing disciplines. The kernel answers EBUSY while it works on another request for the same
  // link's filters. This then tries again: five times in all, after 10, 20, 30 and 40 ms.

  /// Same as: `tc qdisc show dev $if`
  public List<Qdisc> qdiscs(int linkIndex) throws ErrnoException {
    return socket.dump(QdiscCodec.all(), QdiscCodec.ofLink(linkIndex));
  }

  /// Same as: `tc qdisc add dev $if ingress`. `EEXIST` when there is an `ingress` or `clsact`.
  public void addIngress(int linkIndex) throws ErrnoException {
    changeBusy(QdiscCodec.addIngress(linkIndex, "ingress"));
  }

  /// Same as: `tc qdisc add dev $if clsact`. `EEXIST` when there is an `ingress` or `clsact`.
  public void addClsact(int linkIndex) throws ErrnoException {
    changeBusy(QdiscCodec.addIngress(linkIndex, "clsact"));
  }

  /// Same as: `tc qdisc replace dev $if root $kind`
  public void replaceRoot(int linkIndex, String kind) throws ErrnoException {
    changeBusy(QdiscCodec.replaceRoot(linkIndex, kind));
  }

  /// Deletes it with all its filters, if it is still of that kind, handle and parent; `ENOENT` or
  /// `EINVAL` if not. Same as: `tc qdisc delete dev $if ingress`
  public void deleteQdisc(Qdisc qdisc) throws ErrnoException {
    changeBusy(QdiscCodec.delete(qdisc));
  }

  // Filters

  /// Same as: `tc filter show dev $if ingress`
  ///
  /// @param parent [Filter#INGRESS], also for an `ingress` qdisc, or another parent
  /// @return empty too when there is no link or no qdisc at that parent
  public List<Filter> filters(int linkIndex, int parent) throws ErrnoException {
    return socket.dump(FilterCodec.all(linkIndex, parent), FilterCodec.READER);
  }

  /// Same as: `tc filter add dev $if ingress protocol all prio $priority handle ::$node u32 match
  /// u32 0 0 action mirred egress redirect dev $target cookie $cookie`. `ENOSPC` when there is a
  /// `u32` filter with this priority and node already, `ENOENT` or `EINVAL` when there is no qdisc
  /// for it.
  public void addRedirect(Redirect redirect) throws ErrnoException {
    change(FilterCodec.add(redirect));
  }

  /// Same as: `tc filter add dev $if ingress protocol all prio $priority handle ::$node u32 match
  /// u32 $value $mask at $offset … action mirred egress mirror dev $target pass cookie $cookie`.
  /// Errors as of [#addRedirect].
  public void addMirror(Mirror mirror) throws ErrnoException {
    change(FilterCodec.add(mirror));
  }

  /// Same as: `tc filter add dev $if ingress protocol all prio $priority handle $handle bpf
  /// direct-action …`, with a program that is loaded already. `EEXIST` when there is a filter with
  /// this priority and handle, `EINVAL` when that priority belongs to another kind or protocol, or
  /// there is no qdisc for it. Under an `ingress` qdisc the kernel takes [Filter#EGRESS] for the
  /// way in, without an error, so look at the qdisc's kind first.
  ///
  /// @param program stays the caller's; the filter holds the program by itself
  public void addClassifier(Classifier classifier, Fd program) throws ErrnoException {
    change(ClassifierCodec.add(classifier, program));
  }

  /// As [#addClassifier], but a filter that has this priority and handle already gets name and
  /// program anew, at once, so no frame passes without one. Same as: `tc filter replace …`
  public void replaceClassifier(Classifier classifier, Fd program) throws ErrnoException {
    change(ClassifierCodec.replace(classifier, program));
  }

  /// Deletes exactly this filter; `ENOENT` when there is none with this priority, protocol, kind
  /// and handle. Same as: `tc filter delete dev $if ingress protocol all prio $priority handle
  /// $handle u32`
  public void deleteFilter(Filter filter) throws ErrnoException {
    change(FilterCodec.delete(filter));
  }

  /// Deletes all filters that have this one's priority and protocol, and the hash tables that
  /// belong to the priority; `ENOENT` when there is none. Same as: `tc filter delete dev $if
  /// ingress protocol all prio $priority u32`
  public void deletePriority(Filter filter) throws ErrnoException {
    change(FilterCodec.deletePriority(filter));
  }

  private void change(Message message) throws ErrnoException {
    socket.change(message);
  }

  private void changeBusy(Message message) throws ErrnoException {
    for (int attempt = 1; ; attempt++) {
      try {
        change(message);
        return;
      } catch (NetlinkException e) {
        if (e.errno() != Errno.EBUSY || attempt == ATTEMPTS_WHILE_BUSY) {
          throw e;
        }
        pause(attempt * BUSY_PAUSE_MILLIS, e);
      }
    }
  }

  private static void pause(int millis, NetlinkException busy) throws ErrnoException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy;
    }
  }

  private int indexOf(String name) throws ErrnoException {
    Link link = link(name);
    if (link == null) {
      throw new NetlinkException(LinkCodec.one(name).call(), Errno.ENODEV, "it was just made", 0);
    }
    return link.index();
  }
}
