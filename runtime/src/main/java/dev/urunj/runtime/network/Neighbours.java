package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Link;
import java.io.IOException;

/// Says which guests of a pod may live beside the one that starts.
public interface Neighbours {
  /// Asked for each TAP that a process holds.
  ///
  /// @throws IOException when the two cannot live together
  void admit(Link tap) throws IOException;
}
