package dev.urunj.runtime.network;

import dev.urunj.linux.bpf.LoadedObject;
import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.Classifier;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.FilterProgram;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Qdisc;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pod fabric: one address for the guest and the pod's containers, by the three programs of
/// `src/main/c/pod-fabric.bpf.c`, and localhost in both directions. What the programs need beside
/// themselves, and in which order it comes and goes, is said there.
///
/// A filter is ours when priority, handle and name are ours. It may stand without a guest: the
/// programs see that the TAP is gone, and the pod's own stack gets everything.
final class Fabric {
  static final int HANDLE = 0x75a;
  static final String NAME = "urunj fabric 1";

  private static final int RT_SCOPE_HOST = 254; // uapi/linux/rtnetlink.h

  static final String ROUTE_LOCALNET = "net/ipv4/conf/lo/route_localnet";
  static final String ACCEPT_LOCAL = "net/ipv4/conf/lo/accept_local";
  static final String RP_FILTER = "net/ipv4/conf/lo/rp_filter";

  private final RouteSocket socket;
  private final Redirects redirects;
  private @Nullable List<Integer> living;

  Fabric(RouteSocket socket, Redirects redirects) {
    this.socket = socket;
    this.redirects = redirects;
  }

  /// Attaches the programs to a pod and to a TAP that is up and has an `ingress` qdisc. On failure
  /// everything but the TAP's own settings is as before.
  void attach(Wiring.Fabric wiring, Link tap, PodNetwork.Announcements announcements)
      throws IOException {
    new Attaching(wiring, tap, announcements).run();
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

  /// Undoes an act, unless another guest lives by it.
  ///
  /// @param tapIndex the TAP of the guest whose act it was
  void undo(FabricAct act, int tapIndex) throws IOException {
    if (!isNeededBeside(tapIndex)) {
      undo(act);
    }
  }

  private void undo(FabricAct act) throws IOException {
    switch (act) {
      case FabricAct.Classifier at -> {
        boolean _ = removeClassifier(at.linkIndex(), parent(at));
      }
      case FabricAct.LocalRoute route -> remove(route);
      case FabricAct.Setting setting -> {
        if (setting.value().equals(valueOf(setting.name()))) {
          Sysctl.write(setting.name(), setting.before());
        }
      }
    }
  }

  /// Whether [#undo] has anything to do.
  boolean stands(FabricAct act, int tapIndex) throws IOException {
    boolean stands =
        switch (act) {
          case FabricAct.Classifier at -> classifier(at.linkIndex(), parent(at)) != null;
          case FabricAct.LocalRoute route -> isThere(route);
          case FabricAct.Setting setting -> setting.value().equals(valueOf(setting.name()));
        };
    return stands && !isNeededBeside(tapIndex);
  }

  /// Whether one of our filters is at a link.
  boolean isAt(int linkIndex) throws IOException {
    return classifier(linkIndex, Filter.INGRESS) != null
        || classifier(linkIndex, Filter.EGRESS) != null;
  }

  /// Whether any guest lives by the fabric.
  boolean hasGuest() throws IOException {
    return isNeededBeside(0);
  }

  /// The programs of all our filters in the pod, by number.
  List<Integer> programs() throws IOException {
    List<Integer> programs = new ArrayList<>();
    for (Link link : socket.links()) {
      addProgram(programs, classifier(link.index(), Filter.INGRESS));
      addProgram(programs, classifier(link.index(), Filter.EGRESS));
    }
    return programs;
  }

  private static void addProgram(List<Integer> programs, @Nullable Filter filter) {
    FilterProgram program = filter == null ? null : filter.program();
    if (program != null && !programs.contains(program.id())) {
      programs.add(program.id());
    }
  }

  /// Removes our filters from a link, whoever left them.
  ///
  /// @return whether there were any
  boolean removeFrom(int linkIndex) throws IOException {
    boolean in = removeClassifier(linkIndex, Filter.INGRESS);
    boolean out = removeClassifier(linkIndex, Filter.EGRESS);
    return in || out;
  }

  /// Whether a guest lives here by the fabric whose TAP is another one.
  private boolean isNeededBeside(int tapIndex) throws IOException {
    List<Integer> found = living;
    if (found == null) {
      found = new ArrayList<>();
      for (Link link : socket.links()) {
        if (TapName.matches(link.name())
            && link.carrier()
            && classifier(link.index(), Filter.INGRESS) != null) {
          found.add(link.index());
        }
      }
      living = found;
    }
    for (int index : found) {
      if (index != tapIndex) {
        return true;
      }
    }
    return false;
  }

  private static int parent(FabricAct.Classifier at) {
    return at.egress() ? Filter.EGRESS : Filter.INGRESS;
  }

  private @Nullable Filter classifier(int linkIndex, int parent) throws IOException {
    Classifier ours = ours(linkIndex, parent);
    for (Filter filter : socket.filters(linkIndex, parent)) {
      if (filter.isSameAs(ours)) {
        return filter;
      }
    }
    return null;
  }

  private boolean removeClassifier(int linkIndex, int parent) throws IOException {
    Filter filter = classifier(linkIndex, parent);
    if (filter == null) {
      return false;
    }
    try {
      socket.deleteFilter(filter);
    } catch (ErrnoException e) {
      if (!Redirects.isGone(e)) {
        throw e;
      }
    }
    return true;
  }

  private static Classifier ours(int linkIndex, int parent) {
    return new Classifier(linkIndex, parent, Redirects.PRIORITY, HANDLE, NAME);
  }

  private void remove(FabricAct.LocalRoute route) throws IOException {
    try {
      socket.deleteRoute(routeOf(route));
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESRCH && e.errno() != Errno.ENODEV) {
        throw e;
      }
    }
  }

  private boolean isThere(FabricAct.LocalRoute wanted) throws IOException {
    Route route = routeOf(wanted);
    for (Route one : socket.routes(FreeNets.RT_TABLE_LOCAL)) {
      if (wanted.destination().equals(one.destination())
          && one.prefixLength() == route.prefixLength()
          && one.mtu() == route.mtu()) {
        return true;
      }
    }
    return false;
  }

  private Route routeOf(FabricAct.LocalRoute route) throws IOException {
    return routeOf(route, 0); // any metric
  }

  private Route routeOf(FabricAct.LocalRoute route, int metric) throws IOException {
    boolean ipv4 = route.destination().getAddress().length == 4;
    return new Route(
        ipv4 ? Route.AF_INET : Route.AF_INET6,
        route.destination(),
        route.prefixLength(),
        null,
        loopback().index(),
        metric,
        ipv4 ? RT_SCOPE_HOST : Route.RT_SCOPE_UNIVERSE,
        FreeNets.RTN_LOCAL,
        FreeNets.RT_TABLE_LOCAL,
        false,
        route.mtu(),
        InetAddress.ofLiteral(ipv4 ? "127.0.0.1" : "::1"));
  }

  private Link loopback() throws IOException {
    for (Link link : socket.links()) {
      if (link.isLoopback()) {
        return link;
      }
    }
    throw new IOException("the pod has no loopback interface");
  }

  /// Null where this kernel does not have it.
  static @Nullable String valueOf(String setting) throws IOException {
    try {
      return Sysctl.read(setting);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  /// One attempt, with what it has done so far.
  private final class Attaching {
    private final Wiring.Fabric wiring;
    private final Link tap;
    private final PodNetwork.Announcements announcements;
    private final List<Step> undo = new ArrayList<>();

    Attaching(Wiring.Fabric wiring, Link tap, PodNetwork.Announcements announcements) {
      this.wiring = wiring;
      this.tap = tap;
      this.announcements = announcements;
    }

    /// The programs come first: what the kernel refuses, it refuses before anything is changed.
    void run() throws IOException {
      Link lo = loopback();
      try (LoadedObject programs = FabricPrograms.load()) {
        FabricPrograms.fill(programs, wiring, lo.index(), tap);
        int mark =
            new DeadFabric(socket, redirects, Fabric.this).markFor(wiring.pod(), lo).metric();
        route(wiring.nets().ipv4(), 16, mark);
        route(wiring.nets().ipv6(), 112, mark);
        set(ROUTE_LOCALNET, "1");
        set(ACCEPT_LOCAL, "1");
        set(RP_FILTER, "2");
        undo.add(() -> removeFrom(tap.index()));
        attach(programs, FabricPrograms.FROM_GUEST, tap.index(), Filter.INGRESS);
        attach(programs, FabricPrograms.FROM_LO, lo, true);
        attach(programs, FabricPrograms.FROM_NET, wiring.pod(), false);
      } catch (Throwable failure) {
        takeBack(failure);
        throw failure;
      }
    }

    private void takeBack(Throwable failure) {
      for (Step step : undo.reversed()) {
        try {
          step.run();
        } catch (IOException e) {
          failure.addSuppressed(e);
        }
      }
    }

    private void set(String name, String value) throws IOException {
      String before = Sysctl.read(name);
      if (!before.equals(value)) {
        announce(new FabricAct.Setting(name, before, value));
        Sysctl.write(name, value);
      }
    }

    private void route(FabricNets.@Nullable Family family, int prefixLength, int mark)
        throws IOException {
      if (family != null) {
        FabricAct.LocalRoute route =
            new FabricAct.LocalRoute(family.podSide(), prefixLength, wiring.pod().mtu());
        announce(route);
        try {
          socket.addRoute(routeOf(route, mark));
        } catch (ErrnoException e) {
          if (e.errno() != Errno.EEXIST) {
            throw e;
          }
          removeLeft(route);
          socket.addRoute(routeOf(route, mark));
        }
      }
    }

    private void removeLeft(FabricAct.LocalRoute wanted) throws IOException {
      for (Route route : socket.routes(FreeNets.RT_TABLE_LOCAL)) {
        if (wanted.destination().equals(route.destination()) && FreeNets.isLeft(route)) {
          remove(new FabricAct.LocalRoute(wanted.destination(), route.prefixLength(), route.mtu()));
        }
      }
    }

    private void attach(LoadedObject programs, String program, Link link, boolean egress)
        throws IOException {
      Qdisc qdisc = redirects.ingressOf(link.index());
      if (qdisc == null) {
        addQdisc(link, egress ? "clsact" : "ingress");
      } else if (egress && !qdisc.kind().equals("clsact")) {
        throw new IOException(
            "the link "
                + link.name()
                + " has the qdisc "
                + qdisc.kind()
                + ", which knows no way out; expected clsact or none");
      }
      FabricAct.Classifier act = new FabricAct.Classifier(link.name(), link.index(), egress);
      announce(act);
      attach(programs, program, link.index(), parent(act));
    }

    private void addQdisc(Link link, String kind) throws IOException {
      announcements.qdisc(link, kind);
      undo.add(() -> redirects.removeEmpty(link.index(), kind));
      if (kind.equals("clsact")) {
        socket.addClsact(link.index());
      } else {
        socket.addIngress(link.index());
      }
    }

    private void attach(LoadedObject programs, String program, int linkIndex, int parent)
        throws IOException {
      Classifier classifier = ours(linkIndex, parent);
      Fd fd = programs.program(program).fd();
      try {
        socket.addClassifier(classifier, fd);
      } catch (ErrnoException e) {
        if (e.errno() != Errno.EEXIST || classifier(linkIndex, parent) == null) {
          throw e;
        }
        socket.replaceClassifier(classifier, fd);
      }
    }

    private void announce(FabricAct act) throws IOException {
      announcements.fabric(act, tap);
      undo.add(() -> undo(act, tap.index()));
    }
  }

  private interface Step {
    void run() throws IOException;
  }
}
