package dev.urunj.runtime.network.redirect;

import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.network.Hook;
import dev.urunj.runtime.network.HookReader;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.PodShare;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.WiringSight;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads and judges the filters that lead from the TAP to the pod's interface and back.
final class RedirectLook {
  private RedirectLook() {}

  static WiringSight look(LookRequest request, PodSocket here) throws IOException {
    HookReader reader =
        new HookReader(
            here.route(),
            new Predicate<Filter>() {
              @Override
              public boolean test(Filter filter) {
                return Redirects.isRedirect(filter);
              }
            });
    reader.readWayIn(Hook.Place.TAP, request.tap());
    reader.readWayIn(Hook.Place.POD, request.pod());
    return judged(request, reader.hooks(), reader.unread());
  }

  /// Asks the kernel nothing.
  static WiringSight judged(LookRequest request, List<Hook> hooks, List<String> unread) {
    Link pod = request.pod();
    Link tap = request.tap();
    List<Hop> hops =
        pod == null || tap == null
            ? List.of()
            : List.of(
                Hook.qdiscs(hooks),
                filter("filter-tap", Hook.at(Hook.Place.TAP, hooks), tap, pod),
                filter("filter-pod", Hook.at(Hook.Place.POD, hooks), pod, tap));
    return new WiringSight(hooks, PodShare.NONE, hops, List.of(), unread);
  }

  private static Hop filter(String name, @Nullable Hook hook, Link from, Link target) {
    Hook.Standing ours = hook == null ? null : hook.ours();
    if (ours == null) {
      return Hop.broken(
          name, "nothing leads from " + from.name() + " to " + target.name(), Hop.RESTART);
    }
    Integer to = ours.target();
    return to != null && to == target.index()
        ? Hop.ok(name, "leads from " + from.name() + " to " + target.name())
        : Hop.broken(
            name,
            "leads from " + from.name() + " to a link that is not " + target.name(),
            Hop.RESTART);
  }
}
