package dev.urunj.runtime.network.fabric;

import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.Taps;
import dev.urunj.runtime.pod.PodNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The fabric as tests of other packages want it.
public final class Woven {
  private Woven() {}

  /// Joins a TAP to a pod, whose resolvers are known already and answer by UDP and TCP.
  public static void weave(
      PodNetwork network, String tap, List<InetSocketAddress> resolvers, Announcements journal)
      throws IOException {
    List<LoopbackResolver> known = new ArrayList<>();
    for (InetSocketAddress one : resolvers) {
      known.add(new LoopbackResolver(one.getAddress(), one.getPort(), one.getPort()));
    }
    PodInterface pod = Objects.requireNonNull(network.podInterface());
    FabricNets nets =
        FreeAliasNets.choose(
            network.socket().route(), pod, List.of(), List.of(), new ArrayList<>());
    FabricWiring.attach(
        new FabricPlan(pod.link(), nets, pod.hosts(), true, known, List.of()),
        new Taps(network.socket().route()).find(tap),
        network.socket(),
        journal,
        FabricLoad.whenAsked());
  }
}
