package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a fabric has found in its pod, kept in the pod itself: in the metric of the fabric's local
/// routes, which decides nothing, for their nets have no other route. The routes come first and go
/// last. So a command that finds a fabric without its journal knows what to put back.
///
/// ```
/// bit 0    route_localnet of lo was 1 before
/// bit 1    accept_local of lo was 1 before
/// bits 2-3 rp_filter of lo before
/// bit 4    lo had no qdisc: its clsact is ours
/// bit 5    the pod's interface had none: it is ours
/// bits 6-  the index of the pod's interface
/// bit 31   it is a clsact that is ours there; without it an ingress, as versions before added
/// ```
///
/// @param podIndex 0 where it is too big to be written down
/// @param rpFilter 0, 1 or 2
/// @param podQdisc the kind of the qdisc that is ours at the pod's interface, or null
record FabricMark(
    boolean routeLocalnet,
    boolean acceptLocal,
    int rpFilter,
    boolean loQdisc,
    @Nullable String podQdisc,
    int podIndex) {
  static final String CLSACT = "clsact";
  static final String INGRESS = "ingress";

  private static final int POD_QDISC = 32;
  private static final int POD_CLSACT = 1 << 31;
  private static final int INDEX_SHIFT = 6;
  private static final int INDEX_LIMIT = 1 << (Integer.SIZE - 1 - INDEX_SHIFT);

  /// The one that stands in the namespace of a socket, or null.
  static @Nullable FabricMark find(RouteSocket socket) throws IOException {
    for (Route route : socket.routes(FreeAliasNets.RT_TABLE_LOCAL)) {
      if (FreeAliasNets.isLeft(route)) {
        return of(route.metric());
      }
    }
    return null;
  }

  static FabricMark of(int metric) {
    return new FabricMark(
        (metric & 1) != 0,
        (metric & 2) != 0,
        metric >> 2 & 3,
        (metric & 16) != 0,
        (metric & POD_QDISC) == 0 ? null : (metric & POD_CLSACT) == 0 ? INGRESS : CLSACT,
        (metric & ~POD_CLSACT) >>> INDEX_SHIFT);
  }

  /// Never 0, which the kernel takes for no metric.
  int metric() {
    boolean indexFits = podIndex > 0 && podIndex < INDEX_LIMIT;
    return (routeLocalnet ? 1 : 0)
        | (acceptLocal ? 2 : 0)
        | (rpFilter & 3) << 2
        | (loQdisc ? 16 : 0)
        | (podQdisc != null || !indexFits ? POD_QDISC : 0)
        | (CLSACT.equals(podQdisc) ? POD_CLSACT : 0)
        | (indexFits ? podIndex << INDEX_SHIFT : 0);
  }
}
