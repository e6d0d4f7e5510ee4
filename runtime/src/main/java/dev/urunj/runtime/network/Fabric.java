package dev.urunj.runtime.network;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.Link;
import java.io.IOException;
import java.util.List;

/// The pod fabric: one address for guests and the pod's containers, by the three programs of
/// `src/main/c/pod-fabric.bpf.c`, and localhost in both directions. What the programs need beside
/// themselves, and in which order it comes and goes, is said there.
final class Fabric {
  private final FabricUndo undo;
  private final FabricLoad load;

  Fabric(FabricUndo undo, FabricLoad load) {
    this.undo = undo;
    this.load = load;
  }

  /// Attaches the programs to a pod and to a TAP that is up and has a `clsact` qdisc, or the TAP to
  /// the fabric that stands because other guests live by it. On failure everything but the TAP's
  /// own settings is as before.
  void attach(Wiring.Fabric wiring, Link tap, Announcements announcements) throws IOException {
    List<Integer> others = filters().livingBeside(tap.index());
    new FabricAttachment(undo, load, wiring, tap, announcements).run(others);
  }

  /// Without an address of its own the TAP is silent: what the pod says to all its links, a guest
  /// would take for its own.
  void silence(Link tap) throws IOException {
    try {
      Sysctl.write("net/ipv6/conf/" + tap.name() + "/disable_ipv6", "1");
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) { // a kernel without IPv6
        throw e;
      }
    }
  }

  FabricUndo undo() {
    return undo;
  }

  FabricFilters filters() {
    return undo.parts().filters();
  }
}
