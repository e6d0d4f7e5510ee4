package dev.urunj.runtime.inspect;

import dev.urunj.linux.bpf.BpfProgram;
import dev.urunj.linux.bpf.TcxPrograms;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.FilterProgram;
import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Qdisc;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.PodFilters;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.fabric.FabricFilters;
import dev.urunj.runtime.network.fixed.FixedNet;
import dev.urunj.runtime.network.redirect.Redirects;
import dev.urunj.runtime.state.NetworkRecord;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads the network namespace that the calling thread is in, as far as it is a container's.
final class PodReader {
  private static final int LIMIT_BYTES = 1 << 20; // of a table with a line per link

  private final RouteSocket socket;
  private final NetworkRecord network;
  private final List<Link> links;
  private final String traffic;
  private final List<String> unread = new ArrayList<>();

  private PodReader(RouteSocket socket, NetworkRecord network) throws IOException {
    this.socket = socket;
    this.network = network;
    this.links = socket.links();
    try (FileInputStream in = new FileInputStream("/proc/thread-self/net/dev")) {
      this.traffic = new String(in.readNBytes(LIMIT_BYTES), StandardCharsets.UTF_8);
    }
  }

  /// Reads what a container's record speaks of.
  static PodSight read(NetworkRecord network) throws IOException {
    try (RouteSocket socket = RouteSocket.open()) {
      return new PodReader(socket, network).read();
    }
  }

  private PodSight read() throws IOException {
    Link pod = podInterface();
    Link tap = named(network.tap());
    Link lo = loopback();
    boolean fabric = network.wiring().used() == NetworkMode.FABRIC;
    List<Hook> hooks = hooks(tap, fabric ? lo : null, pod);
    FabricReader programs = new FabricReader();
    List<InterfaceAddress> now = pod == null ? List.of() : socket.addresses(pod.index());
    PodSight.Told told = fabric ? programs.told(now) : null;
    return new PodSight(
        pod == null ? null : sight(pod, true),
        tap == null ? null : sight(tap, false),
        lo == null ? null : sight(lo, false),
        hooks,
        fabric ? programs.settings() : List.of(),
        told == null ? List.of() : programs.routes(told, localRoutes()),
        told,
        told == null ? List.of() : programs.resolvers(told),
        isStatic() && pod != null && tap != null ? staticNet(pod, tap) : null,
        unread);
  }

  private boolean isStatic() {
    return network.wiring().used() == NetworkMode.STATIC;
  }

  private PodSight.@Nullable StaticSight staticNet(Link pod, Link tap) {
    FixedNet net = new FixedNet(socket);
    try {
      return new PodSight.StaticSight(net.stands(tap.index()), net.hasTraces(pod));
    } catch (IOException e) {
      unread.add("the table of the static network: " + e.getMessage());
      return null;
    }
  }

  private @Nullable Link podInterface() throws IOException {
    if (network.podInterface() != null) {
      return named(network.podInterface());
    }
    PodInterface found = PodInterface.find(socket, links);
    return found == null ? null : found.link();
  }

  private @Nullable Link named(@Nullable String name) {
    for (Link link : links) {
      if (link.name().equals(name)) {
        return link;
      }
    }
    return null;
  }

  private @Nullable Link loopback() {
    for (Link link : links) {
      if (link.isLoopback()) {
        return link;
      }
    }
    return null;
  }

  private LinkSight sight(Link link, boolean withAddresses) throws IOException {
    String root = null;
    for (Qdisc qdisc : socket.qdiscs(link.index())) {
      if (qdisc.parent() == Qdisc.ROOT) {
        root = qdisc.kind();
      }
    }
    List<String> addresses = new ArrayList<>();
    if (withAddresses) {
      for (InterfaceAddress address : socket.addresses(link.index())) {
        if (address.scope() < Route.RT_SCOPE_LINK) {
          addresses.add(address.address().getHostAddress() + "/" + address.prefixLength());
        }
      }
    }
    return new LinkSight(
        link.name(),
        link.index(),
        link.mac() == null ? null : link.mac().toString(),
        link.mtu(),
        link.isUp(),
        link.carrier(),
        root,
        addresses,
        LinkTraffic.of(traffic, link.name()));
  }

  private List<Hook> hooks(@Nullable Link tap, @Nullable Link lo, @Nullable Link pod)
      throws IOException {
    List<Hook> hooks = new ArrayList<>();
    if (network.wiring().used() != null && !isStatic()) {
      add(hooks, Hook.Place.TAP, tap);
      add(hooks, Hook.Place.LO, lo);
      add(hooks, Hook.Place.POD, pod);
    }
    return hooks;
  }

  private void add(List<Hook> hooks, Hook.Place place, @Nullable Link link) throws IOException {
    if (link == null) {
      return;
    }
    boolean egress = place == Hook.Place.LO;
    boolean fabric = network.wiring().used() == NetworkMode.FABRIC;
    Predicate<Filter> isOurs = fabric ? FabricFilters::isOurs : Redirects::isRedirect;
    Hook.Standing ours = null;
    List<Hook.Foreign> before = new ArrayList<>();
    String qdisc = qdiscOf(link);
    // Under a qdisc that knows no way out, the kernel gives the filters of the way in.
    boolean hasWay = qdisc != null && (!egress || qdisc.equals("clsact"));
    List<Filter> filters =
        hasWay ? socket.filters(link.index(), egress ? Filter.EGRESS : Filter.INGRESS) : List.of();
    for (Filter filter : filters) {
      if (isOurs.test(filter)) {
        ours = standing(filter);
      } else if (filter.priority() < PodFilters.PRIORITY) {
        FilterProgram program = filter.program();
        before.add(
            new Hook.Foreign(
                filter.priority(), filter.kind(), program == null ? "" : program.name()));
      }
    }
    hooks.add(new Hook(place, link.name(), egress, qdisc, ours, before, tcx(link, egress)));
  }

  private @Nullable String qdiscOf(Link link) throws IOException {
    for (Qdisc qdisc : socket.qdiscs(link.index())) {
      if (qdisc.isIngress()) {
        return qdisc.kind();
      }
    }
    return null;
  }

  private static Hook.Standing standing(Filter filter) {
    FilterProgram program = filter.program();
    if (program == null) {
      return new Hook.Standing(0, "", "", filter.redirectTarget());
    }
    return new Hook.Standing(program.id(), program.tag(), nameOf(program.id()), null);
  }

  private static String nameOf(int programId) {
    try (BpfProgram program = BpfProgram.byId(programId)) {
      return program.name();
    } catch (ErrnoException _) {
      return ""; // gone meanwhile, or hidden from us; the filter's number and tag remain
    }
  }

  private List<Integer> tcx(Link link, boolean egress) {
    try {
      return egress ? TcxPrograms.egress(link.index()) : TcxPrograms.ingress(link.index());
    } catch (ErrnoException e) {
      unread.add("programs in front of the filters of " + link.name() + ": " + e.getMessage());
      return List.of();
    }
  }

  private List<Route> localRoutes() throws IOException {
    return socket.routes(FabricReader.RT_TABLE_LOCAL);
  }
}
