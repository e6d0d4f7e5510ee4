package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodNetwork;
import dev.urunj.runtime.network.TapInUseException;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Brings a pod's namespace into order and, where a living guest is in the way, says whose it is.
final class Reconcile {
  private Reconcile() {}

  /// Reconciles the calling thread's namespace.
  ///
  /// @param own the asking container's TAP, or null
  /// @return the pod's interface, null when it has none
  /// @throws ContainerException when another guest lives there: names its link and its container
  static @Nullable PodInterface in(
      PodNetwork network, @Nullable String own, Host host, StateDirectory asking)
      throws IOException {
    try {
      return network.reconcile(own);
    } catch (TapInUseException e) {
      throw new ContainerException(e.getMessage() + "; " + owner(e.tap(), host, asking), e);
    }
  }

  private static String owner(String tap, Host host, StateDirectory asking) throws IOException {
    ContainerRecord mine = asking.record();
    NetworkRecord here = mine == null ? null : mine.network();
    String claimed = "no container under " + host.root() + " owns it";
    for (String id : new Containers(host.root()).ids()) {
      ContainerRecord record = readable(StateDirectory.of(host.root(), id));
      if (record == null || here == null || !names(record, tap, here)) {
        continue;
      }
      if (record.isAlive()) {
        return "it belongs to container " + record.id();
      }
      if (record.status() == Status.CREATING) {
        claimed = "it belongs to container " + record.id() + ", which is being created";
      }
    }
    return claimed;
  }

  private static boolean names(ContainerRecord record, String tap, NetworkRecord here) {
    NetworkRecord there = record.network();
    return there != null && tap.equals(there.tap()) && isSame(there, here);
  }

  private static boolean isSame(NetworkRecord there, NetworkRecord here) {
    return there.namespace().inode() == here.namespace().inode()
        && there.namespace().cookie() == here.namespace().cookie();
  }

  private static @Nullable ContainerRecord readable(StateDirectory directory) {
    try {
      return directory.record();
    } catch (IOException _) {
      return null; // a damaged neighbour is no reason to fail here
    }
  }
}
