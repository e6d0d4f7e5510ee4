package dev.urunj.runtime.network;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The TAPs of a pod's guests that no process holds.
final class Taps {
  private final RouteSocket socket;

  Taps(RouteSocket socket) {
    this.socket = socket;
  }

  /// The TAP of that name, if no process holds it: what [#remove(String)] would remove.
  @Nullable Link orphan(String name) throws IOException {
    Link link = socket.link(name);
    return link == null || link.carrier() || !TapName.matches(name) ? null : link;
  }

  /// Removes a TAP that outlived its monitor. One with a carrier has a holder and stays.
  ///
  /// @return whether no such TAP is there any more
  boolean remove(String name) throws IOException {
    Link link = socket.link(name);
    if (link == null) {
      return true;
    }
    if (link.carrier() || !TapName.matches(name)) {
      return false;
    }
    delete(link);
    return true;
  }

  /// Removes a TAP that was made persistent and that no process holds.
  ///
  /// @param index from its announcement, because another TAP may have its name by now
  /// @return whether no such TAP is there any more
  boolean remove(String name, int index) throws IOException {
    Link link = socket.link(name);
    return link == null || link.index() != index || remove(name);
  }

  /// Removes a link, whether a process holds it or not. One that is gone is done.
  void delete(Link link) throws IOException {
    try {
      socket.deleteLink(link.index());
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENODEV) {
        throw e;
      }
    }
  }
}
