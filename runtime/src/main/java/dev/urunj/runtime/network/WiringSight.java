package dev.urunj.runtime.network;

import java.util.List;

/// What a wiring sees of itself in a pod at one moment, and what it thinks of that.
///
/// @param hooks where filters of it belong
/// @param share what guest and pod share by it
/// @param hops between the guest's TAP and the pod's interface, judged in their order; empty where
///   one of the two is gone
/// @param warnings about what is not broken and may do harm; escape before printing
/// @param unread what could not be read, and why, one line each
public record WiringSight(
    List<Hook> hooks, PodShare share, List<Hop> hops, List<String> warnings, List<String> unread) {
  /// Of a guest that is not joined.
  public static final WiringSight NONE =
      new WiringSight(List.of(), PodShare.NONE, List.of(), List.of(), List.of());

  /// Keeps copies.
  public WiringSight {
    hooks = List.copyOf(hooks);
    hops = List.copyOf(hops);
    warnings = List.copyOf(warnings);
    unread = List.copyOf(unread);
  }
}
