package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.runtime.network.PodFilters;
import dev.urunj.runtime.network.TapName;
import java.io.IOException;

/// What a fabric has left in a pod in which no guest lives any more, known from the pod alone: its
/// filters by their identity, everything else by its [FabricMark].
final class DeadFabric {
  private final RouteSocket socket;
  private final PodFilters beds;
  private final FabricParts parts;

  DeadFabric(FabricParts parts) {
    this.socket = parts.socket();
    this.beds = parts.beds();
    this.parts = parts;
  }

  /// Whether there is any of it.
  boolean stands() throws IOException {
    return hasTraces() && !parts.hasGuest();
  }

  /// Whether a fabric is, or has been, in this pod.
  boolean hasTraces() throws IOException {
    if (FabricMark.find(socket) != null) {
      return true;
    }
    for (Link link : socket.links()) {
      if (parts.isAt(link.index())) {
        return true;
      }
    }
    return false;
  }

  /// Takes it back. The caller knows that no guest needs it. What another program has changed
  /// meanwhile stays. The routes go last, because they say how to continue after an interruption.
  void remove() throws IOException {
    FabricMark mark = FabricMark.find(socket);
    for (Link link : socket.links()) {
      boolean found = parts.removeFrom(link.index());
      if (found && mark == null && !TapName.matches(link.name())) {
        beds.removeEmpty(link.index(), FabricMark.INGRESS);
      }
      if (mark != null) {
        removeQdisc(mark, link);
      }
    }
    if (mark != null) {
      restore(FabricParts.ROUTE_LOCALNET, mark.routeLocalnet() ? 1 : 0, 1);
      restore(FabricParts.ACCEPT_LOCAL, mark.acceptLocal() ? 1 : 0, 1);
      restore(FabricParts.RP_FILTER, mark.rpFilter(), 2);
      removeRoutes();
    }
  }

  private void removeQdisc(FabricMark mark, Link link) throws IOException {
    String kind = mark.podQdisc();
    if (link.isLoopback() && mark.loQdisc()) {
      beds.removeEmpty(link.index(), FabricMark.CLSACT);
    }
    if (link.index() == mark.podIndex() && kind != null) {
      beds.removeEmpty(link.index(), kind);
    }
  }

  private static void restore(String setting, int before, int ours) throws IOException {
    String value = Sysctl.find(setting);
    if (before != ours && String.valueOf(ours).equals(value)) {
      Sysctl.write(setting, String.valueOf(before));
    }
  }

  private void removeRoutes() throws IOException {
    for (Route route : socket.routes(FreeAliasNets.RT_TABLE_LOCAL)) {
      if (FreeAliasNets.isLeft(route)) {
        parts.remove(route);
      }
    }
  }
}
