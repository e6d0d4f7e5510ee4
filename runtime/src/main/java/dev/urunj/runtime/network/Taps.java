package dev.urunj.runtime.network;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The TAPs of a pod's guests.
public final class Taps {
  private final RouteSocket socket;

  /// In the namespace of a socket, which stays the caller's.
  public Taps(RouteSocket socket) {
    this.socket = socket;
  }

  /// The links that are named as a TAP of a unikernel.
  public List<Link> all() throws IOException {
    List<Link> taps = new ArrayList<>();
    for (Link link : socket.links()) {
      if (TapName.matches(link.name())) {
        taps.add(link);
      }
    }
    return taps;
  }

  /// The TAP of that name.
  ///
  /// @throws IOException with one line when it is gone
  public Link find(String name) throws IOException {
    Link tap = socket.link(name);
    if (tap == null) {
      throw new IOException("network: the link " + name + " is gone: the monitor has died");
    }
    return tap;
  }

  /// Sets a TAP up, with a `clsact` qdisc.
  ///
  /// The root qdisc is set because a node's default may be `fq`, which drops what a redirect
  /// delivers with an old time stamp. We have seen a pod lose all of its ingress that way.
  ///
  /// @param mtu bytes
  public void configure(Link tap, int mtu) throws IOException {
    socket.replaceRoot(tap.index(), "pfifo");
    socket.configure(tap.index(), mtu, true);
    new PodFilters(socket).addClsact(tap.index());
  }

  /// Without an address of its own the TAP is silent: what the pod says to all its links, a guest
  /// would take for its own.
  public static void silence(Link tap) throws IOException {
    try {
      Sysctl.write("net/ipv6/conf/" + tap.name() + "/disable_ipv6", "1");
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) { // a kernel without IPv6
        throw e;
      }
    }
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
  public void delete(Link link) throws IOException {
    try {
      socket.deleteLink(link.index());
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENODEV) {
        throw e;
      }
    }
  }
}
