package dev.urunj.runtime.network.fixed;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.linux.netlink.NetfilterBatch;
import dev.urunj.linux.netlink.NetfilterChain;
import dev.urunj.linux.netlink.NetfilterRule;
import dev.urunj.linux.netlink.NetfilterSocket;
import dev.urunj.linux.netlink.NetfilterTable;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.netlink.RuleExpression;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.network.IpNet;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.TapName;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A net of its own for one guest of a pod, 172.16.1.0/24, behind the pod's address. The addresses
/// are urunc's, and the patched queue-proxy of Knative knows them.
///
/// In the pod there are: a table of nf_tables, IPv4 forwarding at the pod's interface, and what is
/// the TAP's own and goes with it. The table comes first and goes last. Its comment names the TAP
/// that it was made for and the link at which forwarding was off before, so that a command can undo
/// it even without a journal. One with our name and without such a comment is another program's.
///
/// For the thread that is in the namespace.
public final class FixedNet {
  /// Of the family `ip`.
  static final String TABLE = "urunj-static";

  private static final String GATEWAY = "172.16.1.1";
  private static final String GUEST = "172.16.1.2";
  private static final int PREFIX = 24;

  /// A shorter prefix stands for a default route, for example 0.0.0.0/1.
  private static final int SHORTEST_PREFIX = 8;

  /// Before connections are tracked, so that a reply still has the pod's address: `NF_IP_PRI_RAW`
  /// of include/uapi/linux/netfilter_ipv4.h.
  private static final int NF_IP_PRI_RAW = -300;

  private static final long LOCALLY_ADMINISTERED = 0x02L << 40;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final RouteSocket socket;

  /// In the namespace of a socket, which stays the caller's; use it on a thread in there.
  FixedNet(RouteSocket socket) {
    this.socket = socket;
  }

  /// The guest's address.
  public static String guestAddress() {
    return GUEST;
  }

  /// The interface that a guest gets: addresses and routes of this net, the MTU of the pod's, and a
  /// MAC address that is always the same for a container and not the pod's.
  ///
  /// @param containerId unique on the node
  static PodInterface guestInterface(Link pod, String containerId) {
    Link link =
        new Link(
            pod.index(),
            pod.name(),
            pod.type(),
            pod.flags(),
            pod.mtu(),
            pod.txQueueLength(),
            macOf(containerId),
            pod.kind(),
            pod.carrier(),
            pod.operState(),
            pod.masterIndex(),
            pod.peerIndex(),
            pod.peerNetnsId(),
            pod.persistent());
    InterfaceAddress address =
        new InterfaceAddress(link.index(), InetAddress.ofLiteral(GUEST), null, PREFIX, 0, 0);
    return new PodInterface(
        link,
        List.of(address),
        List.of(
            Route.onLink(net().address(), PREFIX, link.index()),
            Route.defaultVia(InetAddress.ofLiteral(GATEWAY), link.index())),
        List.of());
  }

  /// FNV-1a of the id, in a unicast address that no maker has bought.
  private static MacAddress macOf(String containerId) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < containerId.length(); i++) {
      hash = (hash ^ containerId.charAt(i)) * FNV_PRIME;
    }
    return new MacAddress(LOCALLY_ADMINISTERED | ((hash ^ hash >>> 40) & 0xff_ffff_ffffL));
  }

  /// What in the pod has an address of this net already, in words; null when nothing has.
  ///
  /// @param tap the asking guest's, which may still have it
  @Nullable String collision(String tap, List<InetAddress> nameservers) throws IOException {
    int own = -1;
    for (Link link : socket.links()) {
      if (link.name().equals(tap)) {
        own = link.index();
        continue;
      }
      for (InterfaceAddress address : socket.addresses(link.index())) {
        String collision = collision(address);
        if (collision != null) {
          return collision + " of " + link.name();
        }
      }
    }
    for (Route route : socket.routes()) {
      String collision = route.linkIndex() == own ? null : collision(route);
      if (collision != null) {
        return collision;
      }
    }
    for (InetAddress nameserver : nameservers) {
      if (isInside(nameserver)) {
        return "the name server " + nameserver.getHostAddress();
      }
    }
    return null;
  }

  private static @Nullable String collision(InterfaceAddress address) {
    InetAddress peer = address.peer();
    if (peer != null && isInside(address.address())) {
      return "the address " + address.address().getHostAddress();
    }
    IpNet used = new IpNet(peer == null ? address.address() : peer, address.prefixLength());
    return used.overlaps(net()) ? "the address " + used.text() : null;
  }

  private static @Nullable String collision(Route route) {
    InetAddress gateway = route.gateway();
    if (gateway != null && isInside(gateway)) {
      return "the gateway " + gateway.getHostAddress();
    }
    InetAddress to = route.destination();
    if (to == null || route.prefixLength() < SHORTEST_PREFIX) {
      return null;
    }
    IpNet used = new IpNet(to, route.prefixLength());
    return used.overlaps(net()) ? "the route to " + used.text() : null;
  }

  private static boolean isInside(InetAddress address) {
    return new IpNet(address, 8 * address.getAddress().length).overlaps(net());
  }

  /// Joins a TAP that is up, where no dead guest has left anything. On failure everything is as
  /// before but for settings of the TAP.
  ///
  /// @throws ErrnoException what the kernel refuses, of nf_tables first
  void attach(Link pod, Link tap) throws IOException {
    boolean wasOff = "0".equals(Sysctl.find(forwarding(pod)));
    try {
      makeTable(pod, tap, wasOff);
      if (wasOff) {
        Sysctl.write(forwarding(pod), "1");
      }
      Sysctl.write(forwarding(tap), "1");
      socket.addAddress(tap.index(), InetAddress.ofLiteral(GATEWAY), PREFIX);
    } catch (Throwable failure) {
      try (Undo _ =
          Undo.of(
              new Undo.Step() {
                @Override
                public void run() throws IOException {
                  undo(tap.index());
                }
              })) {
        throw failure;
      }
    }
  }

  /// Takes back what was made for a TAP, which may be gone. Leaves what another guest needs.
  void undo(int tapIndex) throws IOException {
    TableMark mark = mark();
    if (mark != null && mark.tapIndex() == tapIndex) {
      remove(mark);
    }
  }

  /// Whether [#undo] has anything to do.
  boolean stands(int tapIndex) throws IOException {
    TableMark mark = mark();
    return mark != null && mark.tapIndex() == tapIndex;
  }

  /// Whether a guest that is gone may have left anything here, or a living one stands by it. Costs
  /// little, and may be wrong.
  boolean hasTraces(Link pod) throws IOException {
    return "1".equals(Sysctl.find(forwarding(pod)));
  }

  /// Whether our table is here, and its guest is gone.
  boolean isDead() throws IOException {
    TableMark mark = mark();
    return mark != null && !isAlive(mark);
  }

  /// Takes back what a guest that is gone has left, with or without a journal.
  void removeDead() throws IOException {
    TableMark mark = mark();
    if (mark != null && !isAlive(mark)) {
      remove(mark);
    }
  }

  private boolean isAlive(TableMark mark) throws IOException {
    Link tap = socket.link(mark.tapIndex());
    return tap != null && TapName.matches(tap.name()) && (tap.carrier() || tap.persistent());
  }

  /// The table goes last, so as long as anything is left, a command finds it.
  private void remove(TableMark mark) throws IOException {
    Link pod = mark.forwards() == 0 ? null : socket.link(mark.forwards());
    if (pod != null && "1".equals(Sysctl.find(forwarding(pod)))) {
      Sysctl.write(forwarding(pod), "0");
    }
    Link tap = socket.link(mark.tapIndex());
    if (tap != null && TapName.matches(tap.name())) {
      removeGateway(tap);
    }
    try (NetfilterSocket netfilter = NetfilterSocket.open()) {
      netfilter.commit(new NetfilterBatch().deleteTable(table("")));
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  private void removeGateway(Link tap) throws IOException {
    try {
      socket.deleteAddress(tap.index(), InetAddress.ofLiteral(GATEWAY), PREFIX);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EADDRNOTAVAIL && e.errno() != Errno.ENODEV) {
        throw e;
      }
    }
  }

  /// Fails with `EEXIST` where another program has a table of that name, because ours are gone by
  /// now.
  private static void makeTable(Link pod, Link tap, boolean wasOff) throws IOException {
    NetfilterTable table = table(new TableMark(tap.index(), wasOff ? pod.index() : 0).comment());
    NetfilterChain out =
        new NetfilterChain(
            "postrouting",
            "nat",
            NetfilterChain.NF_INET_POST_ROUTING,
            NetfilterChain.NF_IP_PRI_NAT_SRC);
    NetfilterChain in =
        new NetfilterChain(
            "prerouting", "filter", NetfilterChain.NF_INET_PRE_ROUTING, NF_IP_PRI_RAW);
    NetfilterBatch batch = new NetfilterBatch();
    batch.addTable(table).addChain(table, out).addChain(table, in);
    RuleExpression fromNet = new RuleExpression.Source(net().address(), PREFIX);
    RuleExpression toNet = new RuleExpression.Destination(net().address(), PREFIX);
    RuleExpression guest = new RuleExpression.Source(InetAddress.ofLiteral(GUEST), 32);
    RuleExpression byTap = new RuleExpression.InputLink(tap.name());
    RuleExpression counter = new RuleExpression.Counter();
    batch.addRule(
        table,
        out.name(),
        rule(
            "from the guest to the world",
            fromNet,
            new RuleExpression.OutputLink(pod.name()),
            counter,
            new RuleExpression.Masquerade()));
    batch.addRule(
        table, in.name(), rule("from the guest", byTap, guest, new RuleExpression.Accept()));
    batch.addRule(
        table,
        in.name(),
        rule("not from the guest's address", byTap, counter, new RuleExpression.Drop()));
    batch.addRule(
        table,
        in.name(),
        rule(
            "the guest is in its pod only",
            new RuleExpression.InputLink(pod.name()),
            toNet,
            counter,
            new RuleExpression.Drop()));
    try (NetfilterSocket netfilter = NetfilterSocket.open()) {
      netfilter.commit(batch);
    }
  }

  private static NetfilterRule rule(String comment, RuleExpression... expressions) {
    return new NetfilterRule(List.of(expressions), comment);
  }

  /// What our table says of itself; null when there is none, or it is not ours.
  private static @Nullable TableMark mark() throws IOException {
    try (NetfilterSocket netfilter = NetfilterSocket.open()) {
      for (NetfilterTable table : netfilter.tables()) {
        if (table.family() == NetfilterTable.NFPROTO_IPV4 && table.name().equals(TABLE)) {
          return TableMark.of(table.comment());
        }
      }
      return null;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EPROTONOSUPPORT
          || e.errno() == Errno.EOPNOTSUPP
          || e.errno() == Errno.EINVAL) {
        return null; // a kernel without nf_tables
      }
      throw e;
    }
  }

  private static NetfilterTable table(String comment) {
    return new NetfilterTable(NetfilterTable.NFPROTO_IPV4, TABLE, comment);
  }

  private static IpNet net() {
    return new IpNet(InetAddress.ofLiteral("172.16.1.0"), PREFIX);
  }

  private static String forwarding(Link link) {
    return "net/ipv4/conf/" + link.name() + "/forwarding";
  }
}
