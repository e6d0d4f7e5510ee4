package dev.urunj.runtime.network.fabric;

import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.Taps;
import dev.urunj.runtime.pod.PodNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The fabric as tests of other packages want it.
public final class Woven {
  private Woven() {}

  /// Joins a TAP to a pod, whose resolvers are known already.
  public static void weave(
      PodNetwork network, String tap, List<LoopbackResolver> resolvers, Announcements journal)
      throws IOException {
    PodInterface pod = Objects.requireNonNull(network.podInterface());
    FabricNets nets =
        FreeAliasNets.choose(
            network.socket().route(), pod, List.of(), List.of(), new ArrayList<>());
    FabricWiring.attach(
        new FabricPlan(pod.link(), nets, pod.hosts(), true, resolvers, List.of()),
        new Taps(network.socket().route()).find(tap),
        network.socket(),
        journal,
        FabricLoad.whenAsked());
  }
}
