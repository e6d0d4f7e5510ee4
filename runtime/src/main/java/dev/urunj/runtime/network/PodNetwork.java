package dev.urunj.runtime.network;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.linux.tap.Tap;
import dev.urunj.linux.tap.TapSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The network of one container in the namespace of the calling thread.
///
/// Each act is announced to the [Announcements] before it happens, and takes itself back. The
/// caller holds the namespace's lock.
public final class PodNetwork implements AutoCloseable {
  /// Both ways, although all our filters are at the way in, because under an `ingress` the kernel
  /// puts a filter that an agent adds for the way out at the way in.
  private static final String CLSACT = "clsact";

  private static final String INGRESS = "ingress"; // urunc's

  private final PodSocket here;
  private final RouteSocket socket;
  private final Redirects redirects;
  private final Fabric fabric;
  private final StaticNet staticNet;
  private final DeadFabric deadFabric;
  private @Nullable List<Link> left;

  private PodNetwork(PodSocket here, FabricLoad load) {
    this.here = here;
    this.socket = here.route();
    this.redirects = new Redirects(socket);
    FabricUndo undo = FabricUndo.in(here);
    this.fabric = new Fabric(undo, load);
    this.staticNet = new StaticNet(socket);
    this.deadFabric = new DeadFabric(undo.parts());
  }

  /// Opens the network of the calling thread's namespace; use it on this thread only.
  public static PodNetwork open() throws IOException {
    return open(FabricLoad.whenAsked());
  }

  /// The same, with the fabric's programs from where they are loaded already.
  ///
  /// @param load stays the caller's; taken by [#join] to the first guest of a fabric
  public static PodNetwork open(FabricLoad load) throws IOException {
    return new PodNetwork(PodSocket.open(), load);
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
  public PodPolicy policy(PodInterface pod) throws IOException {
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
    removeDeadRedirects(pod.link());
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

  /// What the static wiring does to a pod, and how it is taken back.
  public StaticNet staticNet() {
    return staticNet;
  }

  /// Nets for the fabric that collide with nothing in the pod.
  ///
  /// @param nameservers of the guest, which may be anywhere
  /// @throws IOException when there are none
  public FabricNets freeNets(PodInterface pod, List<InetAddress> nameservers) throws IOException {
    return freeNets(pod, nameservers, List.of(), new ArrayList<>());
  }

  /// The same, if possible of these for what a guest sees of its pod.
  ///
  /// @param preferred first addresses of nets of 24 bits (IPv4) and 120 bits (IPv6)
  /// @param lacking gets a line about a family for which no net is free, where the other has them
  public FabricNets freeNets(
      PodInterface pod,
      List<InetAddress> nameservers,
      List<InetAddress> preferred,
      List<String> lacking)
      throws IOException {
    return FreeAliasNets.choose(socket, pod, nameservers, preferred, lacking);
  }

  /// Joins a TAP to the pod's interface. On failure everything is as before, but for settings of
  /// the TAP that are as good for another wiring.
  public void join(Wiring wiring, String tapName, Announcements announcements) throws IOException {
    Link tap = tap(tapName);
    if (wiring instanceof Wiring.Fabric programs) {
      fabric.silence(tap);
      configureTap(tap, programs.pod().mtu());
      fabric.attach(programs, tap, announcements);
    } else if (wiring instanceof Wiring.Redirect(Link pod)) {
      redirect(pod, tap, announcements);
    } else {
      Link pod = ((Wiring.Static) wiring).pod();
      fabric.silence(tap);
      configureTap(tap, pod.mtu());
      staticNet.removeDead();
      announcements.announce(new MasqueradeAct(pod.name(), pod.index(), tap.index()));
      staticNet.attach(pod, tap);
    }
  }

  /// The index of a TAP that [#openTap] has made.
  public int tapIndex(String tapName) throws IOException {
    return tap(tapName).index();
  }

  private Link tap(String tapName) throws IOException {
    Link tap = socket.link(tapName);
    if (tap == null) {
      throw new IOException("network: the link " + tapName + " is gone: the monitor has died");
    }
    return tap;
  }

  private void redirect(Link pod, Link tap, Announcements announcements) throws IOException {
    boolean qdiscIsOurs = redirects.ingressOf(pod.index()) == null;
    try {
      configureTap(tap, pod.mtu());
      redirects.add(tap.index(), pod.index(), Redirects.Bed.CLSACT);
      if (qdiscIsOurs) {
        announcements.announce(new QdiscAct(pod.name(), pod.index(), CLSACT));
        addClsact(pod.index());
      }
      announcements.announce(new RedirectAct(pod.name(), pod.index(), tap.index()));
      redirects.addToGuest(
          pod.index(), tap.index(), qdiscIsOurs ? Redirects.Bed.CLSACT : Redirects.Bed.FOREIGN);
    } catch (Throwable failure) {
      try {
        redirects.remove(pod.index(), tap.index());
        if (qdiscIsOurs) {
          redirects.removeEmpty(pod.index(), CLSACT);
        }
      } catch (IOException undo) {
        failure.addSuppressed(undo);
      }
      throw failure;
    }
  }

  /// Whether a fabric is, or has been, in the pod.
  public boolean hasFabricTraces() throws IOException {
    return deadFabric.hasTraces();
  }

  /// Whether there is a fabric whose guests are all gone. It does no harm, because the pod's own
  /// stack gets everything.
  public boolean hasDeadFabric() throws IOException {
    return deadFabric.stands();
  }

  /// Whether another living guest uses the fabric in the pod, as at the first call of this method.
  ///
  /// @param tapIndex of the asking guest's TAP
  public boolean hasLivingFabric(int tapIndex) throws IOException {
    return !fabric.filters().livingBeside(tapIndex).isEmpty();
  }

  /// Takes the guests that are gone out of the maps of a fabric by which others live.
  ///
  /// @param tapIndex of the asking guest's TAP: what an earlier attempt of it has left goes too
  public void forgetDeadGuests(int tapIndex) throws IOException {
    fabric.undo().keep(fabric.filters().livingBeside(tapIndex));
  }

  /// The maps of the fabric that stands in the pod, its guests alive or not; null where there is
  /// none. The caller closes it.
  ///
  /// @throws IOException with one line when it is of another version of urunj
  public @Nullable LivingFabric livingFabric() throws IOException {
    List<Integer> programs = fabric.filters().programs();
    return programs.isEmpty() ? null : LivingFabric.of(programs);
  }

  /// Takes back what a fabric has left: filters, empty qdiscs that were its own, settings that have
  /// its values, and routes. The caller knows that no guest lives here.
  public void removeFabric() throws IOException {
    deadFabric.remove();
  }

  /// The links on which one of our filters leads to a TAP that is gone, so it swallows what the
  /// link receives.
  public List<Link> deadRedirects() throws IOException {
    List<Link> dead = new ArrayList<>();
    for (Link link : socket.links()) {
      if (redirects.hasDead(link.index())) {
        dead.add(link);
      }
    }
    return dead;
  }

  /// Removes our filters on a link whose TAP is gone, and the qdisc that came with them if nothing
  /// else is in it.
  public void removeDeadRedirects(Link link) throws IOException {
    redirects.removeDead(link.index());
  }

  /// The links that are named as a TAP of a unikernel.
  public List<Link> taps() throws IOException {
    List<Link> taps = new ArrayList<>();
    for (Link link : socket.links()) {
      if (TapName.matches(link.name())) {
        taps.add(link);
      }
    }
    return taps;
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

  /// We set the root qdisc because a node's default may be `fq`, which drops what a redirect
  /// delivers with an old time stamp. We have seen a pod lose all of its ingress that way.
  private void configureTap(Link tap, int mtu) throws IOException {
    socket.replaceRoot(tap.index(), "pfifo");
    socket.configure(tap.index(), mtu, true);
    addClsact(tap.index());
  }

  private void addClsact(int linkIndex) throws IOException {
    try {
      socket.addClsact(linkIndex);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  private void removeOrphan(Link pod, Link orphan) throws IOException {
    redirects.removeTo(pod.index(), orphan.index());
    redirects.removeEmpty(pod.index(), INGRESS);
    new Taps(socket).delete(orphan);
  }
}
