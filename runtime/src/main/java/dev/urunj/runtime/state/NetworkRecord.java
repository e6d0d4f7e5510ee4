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
/// @param note why there is no network, or why it is not the one that was wanted, or null
/// @param wiring how the TAP is joined to the pod
public record NetworkRecord(
    @Nullable String givenPath,
    NetworkNamespaceIdentity namespace,
    String bootId,
    @Nullable String tap,
    @Nullable String podInterface,
    @Nullable String note,
    WiringRecord wiring) {

  /// The same namespace with a TAP in it.
  public NetworkRecord withTap(String name) {
    return new NetworkRecord(givenPath, namespace, bootId, name, podInterface, note, wiring);
  }

  /// The same, joined to an interface of the pod.
  ///
  /// @param newNote why by another wiring than was wanted, or null
  public NetworkRecord joinedTo(
      String interfaceName, WiringRecord newWiring, @Nullable String newNote) {
    return new NetworkRecord(givenPath, namespace, bootId, tap, interfaceName, newNote, newWiring);
  }

  /// The same with another note.
  public NetworkRecord noted(String newNote) {
    return new NetworkRecord(givenPath, namespace, bootId, tap, podInterface, newNote, wiring);
  }

  /// The same for a guest without network.
  public NetworkRecord without(String reason) {
    return new NetworkRecord(givenPath, namespace, bootId, tap, null, reason, wiring);
  }
}
