package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodNetwork;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;

/// Brings what is left of guests that are gone into order before another one starts in their pod.
final class Reconcile {
  private Reconcile() {}

  /// Takes back what guests that are gone have left of the fabric in a reconciled namespace, an
  /// earlier start of the asking container included. What their journals know goes first: only they
  /// know the values that settings had before. Where a guest lives by the fabric it stays, and the
  /// others are only taken out of its maps.
  ///
  /// @param tapIndex of the asking container's TAP
  static void leftFabric(
      PodNetwork network, PodInterface pod, int tapIndex, Host host, StateDirectory asking)
      throws IOException {
    if (network.hasLivingFabric(tapIndex)) {
      network.forgetDeadGuests(tapIndex);
      return;
    }
    if (!network.hasFabricTraces(pod)) {
      return;
    }
    ContainerRecord mine = asking.record();
    NetworkRecord here = mine == null ? null : mine.network();
    for (String id : new Containers(host.root()).ids()) {
      StateDirectory directory = StateDirectory.of(host.root(), id);
      ContainerRecord record = PodGuests.readable(directory);
      NetworkRecord there = record == null ? null : record.network();
      if (record != null && here != null && there != null && PodGuests.isSame(there, here)) {
        CleanUp.wiring(directory, network, record, host.log());
      }
    }
    network.removeFabric();
  }
}
