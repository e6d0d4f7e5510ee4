package dev.urunj.runtime.inspect;

import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Route;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.fabric.BoundSockets;
import dev.urunj.runtime.network.fabric.FabricNets;
import dev.urunj.runtime.network.fabric.FabricSettings;
import dev.urunj.runtime.network.fabric.LivingFabric;
import dev.urunj.runtime.network.fabric.LoopbackResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what is the fabric's own of the network namespace that the calling thread is in. What the
/// fabric needs of a pod is said in `src/main/c/pod-fabric.bpf.c`.
final class FabricReader {
  static final int RT_TABLE_LOCAL = 255; // uapi/linux/rtnetlink.h

  private static final int RTN_LOCAL = 2;
  private static final int IPV4_PREFIX = 16; // of pod_side, src/main/c/pod-fabric.h
  private static final int IPV6_PREFIX = 112;
  private static final String STRICT = "1"; // rp_filter, Documentation/networking/ip-sysctl.rst

  /// What the programs were told. A failure is part of the answer: filters may stand whose maps the
  /// kernel no longer shows.
  ///
  /// @param now what the pod's interface has
  PodSight.Told told(List<InterfaceAddress> now) throws IOException {
    try (PodSocket here = PodSocket.open();
        LivingFabric living = LivingFabric.in(here)) {
      if (living == null) {
        return PodSight.Told.unread("no filter of the fabric stands");
      }
      return new PodSight.Told(
          living.settings(),
          living.guests(),
          living.ports(),
          living.counters(),
          left(living.sharedAddresses(), now),
          null);
    } catch (IOException e) {
      return PodSight.Told.unread(String.valueOf(e.getMessage()));
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
  List<PodSight.Setting> settings() throws IOException {
    List<PodSight.Setting> settings = new ArrayList<>();
    for (String name : new String[] {"route_localnet", "accept_local"}) {
      String value = valueOf("lo", name);
      boolean holds = "1".equals(value) || "1".equals(valueOf("all", name));
      settings.add(new PodSight.Setting(name, value, "1", holds));
    }
    String value = valueOf("lo", "rp_filter");
    String all = valueOf("all", "rp_filter");
    boolean isLoose = "2".equals(value) || "2".equals(all);
    boolean holds = isLoose || !(STRICT.equals(value) || STRICT.equals(all));
    settings.add(new PodSight.Setting("rp_filter", value, "2", holds));
    return settings;
  }

  private static @Nullable String valueOf(String link, String name) throws IOException {
    return Sysctl.find("net/ipv4/conf/" + link + "/" + name);
  }

  /// The routes that the nets of the programs need.
  ///
  /// @param standing those of the table `local`
  List<PodSight.LocalRoute> routes(PodSight.Told told, List<Route> standing) {
    List<PodSight.LocalRoute> routes = new ArrayList<>();
    FabricSettings settings = told.settings();
    if (settings != null) {
      add(routes, settings.nets().ipv4(), IPV4_PREFIX, standing);
      add(routes, settings.nets().ipv6(), IPV6_PREFIX, standing);
    }
    return routes;
  }

  private static void add(
      List<PodSight.LocalRoute> routes,
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
        new PodSight.LocalRoute(
            net.getHostAddress() + "/" + prefix,
            found != null,
            found == null ? 0 : found.metric()));
  }

  /// The resolvers that the programs were told of, and whether a socket waits there.
  List<PodSight.ResolverSight> resolvers(PodSight.Told told) throws IOException {
    List<PodSight.ResolverSight> resolvers = new ArrayList<>();
    FabricSettings settings = told.settings();
    if (settings == null || settings.resolvers().isEmpty()) {
      return resolvers;
    }
    BoundSockets sockets = BoundSockets.ofThread();
    for (LoopbackResolver resolver : settings.resolvers()) {
      InetAddress address = resolver.address();
      resolvers.add(
          new PodSight.ResolverSight(
              resolver,
              sockets.takesUdp(address, resolver.udpPort()),
              sockets.takesTcp(address, resolver.tcpPort())));
    }
    return resolvers;
  }
}
