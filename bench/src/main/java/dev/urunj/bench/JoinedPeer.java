package dev.urunj.bench;

import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodNetwork;
import dev.urunj.runtime.network.Wiring;
import java.io.IOException;
import java.util.List;

/// Joins a link to its pod as `start` joins a guest's TAP, and ends; `bench/join` starts it in the
/// pod's namespace. The link is a veth whose other end is a namespace that plays the guest: what
/// the path through the pod costs is seen best where the guest costs next to nothing.
final class JoinedPeer {
  private JoinedPeer() {}

  /// Joins.
  ///
  /// @param args `fabric` or `redirect`, and the link's name
  public static void main(String[] args) throws IOException {
    try (PodNetwork network = PodNetwork.open()) {
      PodInterface pod = network.podInterface();
      if (pod == null) {
        throw new IOException("no pod interface here");
      }
      network.join(wiring(args[0], network, pod), args[1], new PodNetworkLoop.Acts());
    }
  }

  private static Wiring wiring(String name, PodNetwork network, PodInterface pod)
      throws IOException {
    return switch (name) {
      case "redirect" -> new Wiring.Redirect(pod.link());
      case "fabric" ->
          new Wiring.Fabric(
              pod.link(),
              network.freeNets(pod, List.of()),
              pod.hosts(),
              true,
              List.of(),
              List.of());
      default -> throw new IllegalArgumentException(name + ": expected fabric or redirect");
    };
  }
}
