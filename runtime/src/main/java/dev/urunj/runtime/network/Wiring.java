package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.process.SideThreads;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way to join a guest's TAP to its pod. Each has a package of its own, and the registry alone
/// names them all.
///
/// Every method works in the namespace of the socket that it is given, on the thread that opened
/// it. The caller holds the namespace's lock.
public interface Wiring {
  /// How many guests a pod can have.
  int MOST_GUESTS = 8;

  /// What messages call it, for example `the plain redirect`.
  String title();

  /// Whether every kernel can do it, so that a failure says nothing about the node.
  default boolean isEverywhere() {
    return false;
  }

  /// Whether guest and pod can reach each other's localhost by it.
  default boolean sharesLocalhost() {
    return false;
  }

  /// Begins what takes long and needs no pod.
  ///
  /// @param threads to do it beside the caller's other work
  default Preparation prepare(SideThreads threads) {
    return Preparation.NONE;
  }

  /// Takes back what a guest that is gone has left at the pod's interface and what keeps the pod
  /// from what it receives. Costs little, because each create and each start asks for it.
  default void unblock(PodSocket here, Link pod) throws IOException {}

  /// Takes back what guests that are gone have left, before another one is joined.
  ///
  /// @param tapIndex of the TAP of that one: what an earlier attempt of it has left goes too
  /// @return whether other guests in the pod live by it
  default boolean clear(PodSocket here, Link pod, int tapIndex) throws IOException {
    return false;
  }

  /// What in the pod forbids it, and any other in its place, in words; null when nothing does.
  default @Nullable String obstacle(WiringRequest request, PodSocket here) throws IOException {
    return null;
  }

  /// Joins a TAP. On failure everything is as before, but for settings of the TAP that are as good
  /// for another wiring.
  ///
  /// @param journal gets each act before it is done
  /// @param log gets what is not as it was asked for
  GuestSide join(WiringRequest request, PodSocket here, Announcements journal, WiringLog log)
      throws IOException;

  /// What of it stands for one guest now, and whether that holds. Only reads.
  WiringSight look(LookRequest request, PodSocket here) throws IOException;

  /// What guests that are gone have left, known from the pod alone.
  List<Leftover> leftovers(PodSocket here) throws IOException;
}
