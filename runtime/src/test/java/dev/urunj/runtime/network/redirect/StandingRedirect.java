package dev.urunj.runtime.network.redirect;

import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.network.Hook;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.WiringSight;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A redirect as tests of other packages want it seen.
public final class StandingRedirect {
  private StandingRedirect() {}

  /// Whose filters lead to links of these indexes.
  public static WiringSight sight(LookRequest request, int podTo, int tapTo) {
    return RedirectLook.judged(
        request,
        List.of(
            hook(Hook.Place.TAP, request.tap(), tapTo), hook(Hook.Place.POD, request.pod(), podTo)),
        List.of());
  }

  private static Hook hook(Hook.Place place, @Nullable Link link, int target) {
    Hook.Standing ours = new Hook.Standing(0, "", "", target);
    String name = link == null ? "tap0_urunc" : link.name();
    return new Hook(place, name, false, "ingress", ours, List.of(), List.of());
  }
}
