package dev.urunj.runtime.pod;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.tap.Tap;
import dev.urunj.linux.tap.TapSpec;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.Neighbours;
import dev.urunj.runtime.network.PersistentTapAct;
import dev.urunj.runtime.network.PodFilters;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodPolicy;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.TapAct;
import dev.urunj.runtime.network.TapName;
import dev.urunj.runtime.network.Taps;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.registry.Wirings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The network of one container in the namespace of the calling thread.
///
/// Each act is announced to the [Announcements] before it happens, and takes itself back. The
/// caller holds the namespace's lock.
public final class PodNetwork implements AutoCloseable {
  private static final String INGRESS = "ingress"; // urunc's

  private final PodSocket here;
  private final RouteSocket socket;
  private final Taps taps;
  private @Nullable List<Link> left;

  private PodNetwork(PodSocket here) {
    this.here = here;
    this.socket = here.route();
    this.taps = new Taps(socket);
  }

  /// Opens the network of the calling thread's namespace; use it on this thread only.
  public static PodNetwork open() throws IOException {
    return new PodNetwork(PodSocket.open());
  }

  /// What acts are undone by. Still owned by this object.
  public PodSocket socket() {
    return here;
  }

  /// The interface of the pod, null when it has none.
  public @Nullable PodInterface podInterface() throws IOException {
    return PodInterface.find(socket, socket.links());
  }

  /// What the namespace lets its processes do on the network by an interface of it.
  PodPolicy policy(PodInterface pod) throws IOException {
    return PodPolicy.read(socket, pod);
  }

  /// Brings a pod's namespace into order before a guest starts in it. Looks only at links named
  /// `tap*_urunc` and at our own filters.
  ///
  /// A TAP without carrier is an orphan, because no process holds it, unless it waits for a monitor
  /// that opens it by its name. This removes an orphan with all filters that lead to it. It also
  /// removes our filters on the pod's interface if their TAP is gone, because they swallow all that
  /// the pod receives. Without a pod interface nothing is touched.
  ///
  /// @param own name of the TAP that the asking container made itself, or null
  /// @param neighbours asked about the others that have a carrier or wait for a monitor, before
  ///   anything is touched
  /// @return the pod's interface, as [#podInterface] would find it
  public @Nullable PodInterface reconcile(@Nullable String own, Neighbours neighbours)
      throws IOException {
    List<Link> links = socket.links();
    List<Link> kept = new ArrayList<>(links);
    left = kept;
    PodInterface pod = PodInterface.find(socket, links);
    if (pod == null) {
      return null;
    }
    List<Link> orphans = new ArrayList<>();
    for (Link link : links) {
      if (!TapName.matches(link.name()) || link.name().equals(own)) {
        continue;
      }
      if (link.carrier() || (link.persistent() && neighbours.isAwaited(link))) {
        neighbours.admit(link);
      } else {
        orphans.add(link);
      }
    }
    for (Link orphan : orphans) {
      removeOrphan(pod.link(), orphan);
      kept.remove(orphan);
    }
    for (Wiring wiring : Wirings.all()) {
      wiring.unblock(here, pod.link());
    }
    return pod;
  }

  /// A name for a TAP that no link has: of those that [#reconcile] has left, if it was called
  /// before on this object, or else of those that are there now.
  public String freeTapName() throws IOException {
    List<Link> links = left;
    return TapName.firstFree(links == null ? socket.links() : links);
  }

  /// Makes a TAP. It lives as long as its descriptor is open somewhere, so there is nothing to undo
  /// after the death of the last holder.
  ///
  /// @param name from [#freeTapName]; EBUSY when a link has it after all
  /// @param uid,gid of the monitor, as seen from the user namespace that owns this namespace
  public Tap openTap(String name, int uid, int gid, Announcements announcements)
      throws IOException {
    return openTap(new TapSpec(name, uid, gid, false), announcements);
  }

  /// The same as wanted, for example without a header in front of each frame.
  public Tap openTap(TapSpec wanted, Announcements announcements) throws IOException {
    announcements.announce(new TapAct(wanted.name()));
    return Tap.open(wanted);
  }

  /// Makes a TAP that a monitor is to open by its name. No process holds it until then. It is
  /// persistent only after its index is announced, so a command that is killed before that leaves
  /// none.
  public void makeTap(TapSpec wanted, Announcements announcements) throws IOException {
    try (Tap tap = openTap(wanted, announcements)) {
      announcements.announce(new PersistentTapAct(wanted.name(), tapIndex(wanted.name())));
      tap.persist();
    }
  }

  /// The index of a TAP that [#openTap] has made.
  int tapIndex(String tapName) throws IOException {
    return taps.find(tapName).index();
  }

  /// Brings the loopback interface of a namespace of our own up.
  public void bringLoopbackUp() throws IOException {
    Link lo = loopback();
    if (lo != null) {
      socket.setUp(lo.index());
    }
  }

  @Override
  public void close() throws IOException {
    here.close();
  }

  private @Nullable Link loopback() throws IOException {
    for (Link link : socket.links()) {
      if (link.isLoopback()) {
        return link;
      }
    }
    return null;
  }

  private void removeOrphan(Link pod, Link orphan) throws IOException {
    PodFilters filters = new PodFilters(socket);
    filters.removeTo(pod.index(), orphan.index());
    filters.removeEmpty(pod.index(), INGRESS);
    taps.delete(orphan);
  }
}
