package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Route;
import dev.urunj.runtime.network.Hook;
import dev.urunj.runtime.network.HookReader;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.PodShare;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.WiringSight;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads what is the fabric's own of the network namespace that the calling thread is in. What the
/// fabric needs of a pod is said in `src/main/c/pod-fabric.bpf.c`.
final class FabricLook {
  private static final int RT_TABLE_LOCAL = 255; // uapi/linux/rtnetlink.h
  private static final int RTN_LOCAL = 2;
  private static final int IPV4_PREFIX = 16; // of pod_side, src/main/c/pod-fabric.h
  private static final int IPV6_PREFIX = 112;
  private static final String STRICT = "1"; // rp_filter, Documentation/networking/ip-sysctl.rst

  private FabricLook() {}

  static WiringSight look(LookRequest request, PodSocket here) throws IOException {
    HookReader reader =
        new HookReader(
            here.route(),
            new Predicate<Filter>() {
              @Override
              public boolean test(Filter filter) {
                return FabricFilters.isOurs(filter);
              }
            });
    reader.readWayIn(Hook.Place.TAP, request.tap());
    reader.readWayOut(Hook.Place.LO, request.lo());
    reader.readWayIn(Hook.Place.POD, request.pod());
    Link pod = request.pod();
    FabricSight.Told told =
        told(here, pod == null ? List.of() : here.route().addresses(pod.index()));
    PodShare share =
        new PodShare(
            settings(),
            routes(told, here.route().routes(RT_TABLE_LOCAL)),
            ports(told),
            resolvers(told),
            FabricTraffic.of(told.counters()));
    return judged(request, new FabricSight(reader.hooks(), told, share), reader.unread());
  }

  /// Asks the kernel nothing.
  static WiringSight judged(LookRequest request, FabricSight sight, List<String> unread) {
    Link pod = request.pod();
    Link tap = request.tap();
    return new WiringSight(
        sight.hooks(),
        sight.share(),
        pod == null || tap == null
            ? List.of()
            : new FabricHops(sight, tap, pod, request.inPod()).judge(request.lo()),
        pod == null ? List.of() : warnings(sight.told(), pod),
        unread);
  }

  private static List<String> warnings(FabricSight.Told told, Link pod) {
    List<String> warnings = new ArrayList<>();
    for (String address : told.left()) {
      warnings.add(
          address
              + " has left "
              + pod.name()
              + "; the guest keeps it until its restart, but the pod does not answer for it");
    }
    return warnings;
  }

  /// What the programs were told. A failure is part of the answer: filters may stand whose maps the
  /// kernel no longer shows.
  ///
  /// @param now what the pod's interface has
  private static FabricSight.Told told(PodSocket here, List<InterfaceAddress> now) {
    try (LivingFabric living = LivingFabric.in(here)) {
      if (living == null) {
        return FabricSight.Told.unread("no filter of the fabric stands");
      }
      return new FabricSight.Told(
          living.settings(),
          living.guests(),
          living.ports(),
          living.counters(),
          left(living.sharedAddresses(), now),
          null);
    } catch (IOException e) {
      return FabricSight.Told.unread(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> left(List<InetAddress> shared, List<InterfaceAddress> now) {
    List<String> left = new ArrayList<>();
    for (InetAddress address : shared) {
      boolean stays = false;
      for (InterfaceAddress one : now) {
        stays |= one.address().equals(address);
      }
      if (!stays) {
        left.add(address.getHostAddress());
      }
    }
    return left;
  }

  /// Of settings that are there for one link and for all, the kernel takes either or the larger.
  private static List<PodShare.Setting> settings() throws IOException {
    List<PodShare.Setting> settings = new ArrayList<>();
    for (String name : new String[] {"route_localnet", "accept_local"}) {
      String value = valueOf("lo", name);
      boolean holds = "1".equals(value) || "1".equals(valueOf("all", name));
      settings.add(new PodShare.Setting(name, value, "1", holds));
    }
    String value = valueOf("lo", "rp_filter");
    String all = valueOf("all", "rp_filter");
    boolean isLoose = "2".equals(value) || "2".equals(all);
    boolean holds = isLoose || !(STRICT.equals(value) || STRICT.equals(all));
    settings.add(new PodShare.Setting("rp_filter", value, "2", holds));
    return settings;
  }

  private static @Nullable String valueOf(String link, String name) throws IOException {
    return Sysctl.find("net/ipv4/conf/" + link + "/" + name);
  }

  /// The routes that the nets of the programs need.
  ///
  /// @param standing those of the table `local`
  private static List<PodShare.LocalRoute> routes(FabricSight.Told told, List<Route> standing) {
    List<PodShare.LocalRoute> routes = new ArrayList<>();
    FabricSettings settings = told.settings();
    if (settings != null) {
      add(routes, settings.nets().ipv4(), IPV4_PREFIX, standing);
      add(routes, settings.nets().ipv6(), IPV6_PREFIX, standing);
    }
    return routes;
  }

  private static void add(
      List<PodShare.LocalRoute> routes,
      FabricNets.@Nullable Family family,
      int prefix,
      List<Route> standing) {
    if (family == null) {
      return;
    }
    InetAddress net = family.podSide();
    Route found = null;
    for (Route route : standing) {
      if (net.equals(route.destination())
          && route.prefixLength() == prefix
          && route.type() == RTN_LOCAL) {
        found = route;
      }
    }
    routes.add(
        new PodShare.LocalRoute(
            net.getHostAddress() + "/" + prefix,
            found != null,
            found == null ? 0 : found.metric()));
  }

  private static List<PodShare.OwnedPort> ports(FabricSight.Told told) {
    List<PodShare.OwnedPort> ports = new ArrayList<>();
    for (FabricPort.Owned owned : told.ports()) {
      ports.add(new PodShare.OwnedPort(owned.port().text(), owned.slot()));
    }
    return ports;
  }

  /// The resolvers that the programs were told of, and whether a socket waits there.
  private static List<PodShare.BoundResolver> resolvers(FabricSight.Told told) throws IOException {
    List<PodShare.BoundResolver> resolvers = new ArrayList<>();
    FabricSettings settings = told.settings();
    if (settings == null || settings.resolvers().isEmpty()) {
      return resolvers;
    }
    BoundSockets sockets = BoundSockets.ofThread();
    for (LoopbackResolver resolver : settings.resolvers()) {
      InetAddress address = resolver.address();
      resolvers.add(
          new PodShare.BoundResolver(
              address.getHostAddress(),
              resolver.udpPort(),
              sockets.takesUdp(address, resolver.udpPort()),
              resolver.tcpPort(),
              sockets.takesTcp(address, resolver.tcpPort())));
    }
    return resolvers;
  }
}
