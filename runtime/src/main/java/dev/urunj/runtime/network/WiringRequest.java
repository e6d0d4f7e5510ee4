package dev.urunj.runtime.network;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a container asks of the wiring that joins its TAP.
///
/// @param containerId unique on the node
/// @param tap the TAP's name
/// @param pod the pod's interface
/// @param localhost whether guest and pod are to share localhost, where they can
/// @param ports that the guest declares; null when it declares none
/// @param aliasNets preferred for aliases of the pod's localhost; null for none
/// @param nameservers of the container, which may be anywhere
/// @param loopbackNameservers those of them that are at the pod's localhost
/// @param preparation from [Wiring#prepare] of the wiring that is tried first
public record WiringRequest(
    String containerId,
    String tap,
    PodInterface pod,
    boolean localhost,
    @Nullable DeclaredPorts ports,
    @Nullable AliasNets aliasNets,
    List<InetAddress> nameservers,
    List<InetAddress> loopbackNameservers,
    Preparation preparation) {
  /// Keeps copies.
  public WiringRequest {
    nameservers = List.copyOf(nameservers);
    loopbackNameservers = List.copyOf(loopbackNameservers);
  }
}
