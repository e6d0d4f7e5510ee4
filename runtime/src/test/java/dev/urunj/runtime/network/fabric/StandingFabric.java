package dev.urunj.runtime.network.fabric;

import dev.urunj.runtime.network.Hook;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.PodShare;
import dev.urunj.runtime.network.WiringSight;
import java.util.List;

/// A fabric as tests of other packages want it seen.
public final class StandingFabric {
  private StandingFabric() {}

  /// Whose filters stand, and whose maps the kernel does not show.
  public static WiringSight unread(LookRequest request, String failure) {
    return FabricLook.judged(
        request,
        new FabricSight(
            List.of(
                hook(Hook.Place.TAP, "tap0_urunc"),
                hook(Hook.Place.LO, "lo"),
                hook(Hook.Place.POD, "eth0")),
            FabricSight.Told.unread(failure),
            new PodShare(
                List.of(new PodShare.Setting("route_localnet", "1", "1", true)),
                List.of(),
                List.of(),
                List.of(),
                List.of())),
        List.of());
  }

  private static Hook hook(Hook.Place place, String link) {
    boolean lo = place == Hook.Place.LO;
    Hook.Standing ours = new Hook.Standing(7, "", "", null);
    return new Hook(place, link, lo, lo ? "clsact" : "ingress", ours, List.of(), List.of());
  }
}
