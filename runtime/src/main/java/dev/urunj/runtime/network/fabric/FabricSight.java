package dev.urunj.runtime.network.fabric;

import dev.urunj.runtime.network.Hook;
import dev.urunj.runtime.network.PodShare;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What stands of a fabric in a pod at one moment.
///
/// @param hooks where its filters belong
/// @param told what the programs were told
/// @param share what it needs in the pod
record FabricSight(List<Hook> hooks, Told told, PodShare share) {
  FabricSight {
    hooks = List.copyOf(hooks);
  }

  /// The settings of a fabric's programs, and what they have counted.
  ///
  /// @param left addresses that guests and the pod's interface had, and that the interface has no
  ///   more
  /// @param failure why that could not be read, null if it was
  record Told(
      @Nullable FabricSettings settings,
      List<FabricGuest> guests,
      List<FabricPort.Owned> ports,
      List<FabricCounter.Traffic> counters,
      List<String> left,
      @Nullable String failure) {
    Told {
      guests = List.copyOf(guests);
      ports = List.copyOf(ports);
      counters = List.copyOf(counters);
      left = List.copyOf(left);
    }

    static Told unread(String failure) {
      return new Told(null, List.of(), List.of(), List.of(), List.of(), failure);
    }
  }
}
