package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Link;
import java.io.IOException;

/// Says which guests of a pod may live beside the one that starts.
public interface Neighbours {
  /// Whether a monitor is to open a TAP that no process holds and that stays without one.
  default boolean isAwaited(Link tap) throws IOException {
    return false;
  }

  /// Asked for each TAP that a process holds or is to hold.
  ///
  /// @throws IOException when the two cannot live together
  void admit(Link tap) throws IOException;
}
