package dev.urunj.bench;

import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.pod.PodNetwork;
import dev.urunj.runtime.registry.Wirings;
import java.io.IOException;

/// Joins a link to its pod as `start` joins a guest's TAP, and ends; `bench/join` starts it in the
/// pod's namespace. The link is a veth whose other end is a namespace that plays the guest: what
/// the path through the pod costs is seen best where the guest costs next to nothing.
final class JoinedPeer {
  private JoinedPeer() {}

  /// Joins.
  ///
  /// @param args `fabric` or `redirect`, and the link's name
  public static void main(String[] args) throws IOException {
    NetworkMode mode = NetworkMode.of(args[0]);
    if (mode == null || !mode.isOneWiring()) {
      throw new IllegalArgumentException(args[0] + ": expected fabric or redirect");
    }
    try (PodNetwork network = PodNetwork.open()) {
      PodInterface pod = network.podInterface();
      if (pod == null) {
        throw new IOException("no pod interface here");
      }
      PodNetworkLoop.join(Wirings.of(mode), network, args[1], pod, new PodNetworkLoop.Acts());
    }
  }
}
