package dev.urunj.runtime.state;

import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which network namespace a container has, and what was found in it.
///
/// @param givenPath the path in the specification, for people only, because it is never opened
///   again; null where urunj made the namespace
/// @param namespace what the path was at create
/// @param bootId the boot in which that identity means something
/// @param tap name of the TAP, null before it is made
/// @param podInterface the interface that the TAP is joined to, null for a guest without network
/// @param note why there is no network, or why it is not the one that was wanted, or null
/// @param wiring how the TAP is joined to the pod
/// @param leftOut what of the pod's network the guest does not get, or null
public record NetworkRecord(
    @Nullable String givenPath,
    NetworkNamespaceIdentity namespace,
    String bootId,
    @Nullable String tap,
    @Nullable String podInterface,
    @Nullable String note,
    WiringRecord wiring,
    @Nullable String leftOut) {

  /// Nothing is left out.
  public NetworkRecord(
      @Nullable String givenPath,
      NetworkNamespaceIdentity namespace,
      String bootId,
      @Nullable String tap,
      @Nullable String podInterface,
      @Nullable String note,
      WiringRecord wiring) {
    this(givenPath, namespace, bootId, tap, podInterface, note, wiring, null);
  }

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

  /// The same, with what the guest does not get.
  public NetworkRecord leavingOut(List<String> notes) {
    String all = notes.isEmpty() ? null : String.join("; ", notes);
    return new NetworkRecord(givenPath, namespace, bootId, tap, podInterface, note, wiring, all);
  }

  /// The same for a guest without network.
  public NetworkRecord without(String reason) {
    return new NetworkRecord(givenPath, namespace, bootId, tap, null, reason, wiring);
  }
}
