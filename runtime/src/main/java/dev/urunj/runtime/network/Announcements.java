package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Link;
import java.io.IOException;

/// What is about to be done, for the keeper of the journal.
public interface Announcements {
  void tap(String name) throws IOException;

  /// A TAP is made persistent, so that a monitor can open it by its name.
  void persistence(Link tap) throws IOException;

  /// A qdisc of a kind, `ingress` or `clsact`, for a link that has none.
  void qdisc(Link link, String kind) throws IOException;

  void redirect(Link link, Link tap) throws IOException;

  /// Part of the fabric, for the guest of a TAP.
  void fabric(FabricAct act, Link tap) throws IOException;

  /// The static net: our table, and forwarding at a link of the pod.
  void masquerade(Link link, Link tap) throws IOException;
}
