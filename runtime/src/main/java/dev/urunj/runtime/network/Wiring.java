package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Link;
import java.net.InetAddress;
import java.util.List;

/// How a guest's TAP is joined to its pod.
public sealed interface Wiring {
  /// The pod's interface.
  Link pod();

  /// What either link receives, the other sends, so the pod's own stack hears nothing.
  record Redirect(Link pod) implements Wiring {}

  /// One address for the guest and the other containers of the pod, by the programs of
  /// `pod-fabric.bpf.c`.
  ///
  /// @param nets from [PodNetwork#freeNets]
  /// @param addresses of the pod's interface that the guest takes over
  /// @param localhost whether the guest is at the pod's localhost, and the pod's localhost at the
  ///   guest's alias
  /// @param resolvers that answer at the alias's port 53, at most one of each family
  /// @param ports that the guest has declared; a guest without any gets what no other claims
  record Fabric(
      Link pod,
      FabricNets nets,
      List<InetAddress> addresses,
      boolean localhost,
      List<LoopbackResolver> resolvers,
      List<FabricPort> ports)
      implements Wiring {
    /// Keeps copies.
    public Fabric {
      addresses = List.copyOf(addresses);
      resolvers = List.copyOf(resolvers);
      ports = List.copyOf(ports);
    }
  }

  /// A net of its own for the guest, behind the pod's address: see [StaticNet].
  record Static(Link pod) implements Wiring {}
}
