package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Link;
import java.io.IOException;

/// In whose name an act is undone: one container among those of its pod.
public interface Undoer {
  /// Whether a TAP that no process holds waits for the monitor of another container.
  boolean isOfAnother(Link tap) throws IOException;

  /// Takes note, in one line, of what was left alone.
  void left(String what);
}
