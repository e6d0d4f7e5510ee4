package dev.urunj.runtime.state;

import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import org.jspecify.annotations.Nullable;

/// Which network namespace a container has, and what was found in it.
///
/// @param givenPath the path in the specification, for people only: it is never opened again; null
///   where urunj made the namespace
/// @param namespace what the path was at create
/// @param bootId the boot in which that identity means something
/// @param tap name of the TAP, null before it is made
/// @param podInterface the interface that the TAP is joined to, null for a guest without network
/// @param note why there is no network, or null
public record NetworkRecord(
    @Nullable String givenPath,
    NetworkNamespaceIdentity namespace,
    String bootId,
    @Nullable String tap,
    @Nullable String podInterface,
    @Nullable String note) {

  /// The same namespace with a TAP in it.
  public NetworkRecord withTap(String name) {
    return new NetworkRecord(givenPath, namespace, bootId, name, podInterface, note);
  }

  /// The same, joined to an interface of the pod.
  public NetworkRecord joinedTo(String interfaceName) {
    return new NetworkRecord(givenPath, namespace, bootId, tap, interfaceName, null);
  }

  /// The same for a guest without network.
  public NetworkRecord without(String reason) {
    return new NetworkRecord(givenPath, namespace, bootId, tap, null, reason);
  }
}
