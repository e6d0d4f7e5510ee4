package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.netlink.Link;
import java.net.InetAddress;
import java.util.List;

/// What the fabric is to be for one guest.
///
/// @param pod the pod's interface
/// @param nets from [FreeAliasNets], or those of the fabric that stands
/// @param addresses of the pod's interface that the guest takes over
/// @param localhost whether the guest is at the pod's localhost, and the pod's localhost at the
///   guest's alias
/// @param resolvers that answer at the alias's port 53, at most one of each family
/// @param ports that the guest has declared; a guest without any gets what no other claims
record FabricPlan(
    Link pod,
    FabricNets nets,
    List<InetAddress> addresses,
    boolean localhost,
    List<LoopbackResolver> resolvers,
    List<FabricPort> ports) {
  /// Keeps copies.
  FabricPlan {
    addresses = List.copyOf(addresses);
    resolvers = List.copyOf(resolvers);
    ports = List.copyOf(ports);
  }
}
