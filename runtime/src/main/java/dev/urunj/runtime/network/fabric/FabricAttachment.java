package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.bpf.BpfObject;
import dev.urunj.linux.bpf.BpfProgram;
import dev.urunj.linux.bpf.LoadedObject;
import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.FilterProgram;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Qdisc;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.QdiscAct;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One attempt to join a TAP to a pod by the fabric, with what it has done so far.
final class FabricAttachment {
  private final FabricParts parts;
  private final FabricUndo undoing;
  private final FabricLoad load;
  private final FabricFilters filters;
  private final FabricPlan plan;
  private final Link tap;
  private final Announcements announcements;
  private final Undo undo = new Undo();

  FabricAttachment(
      FabricUndo undoing, FabricLoad load, FabricPlan plan, Link tap, Announcements announcements) {
    this.parts = undoing.parts();
    this.undoing = undoing;
    this.load = load;
    this.filters = parts.filters();
    this.plan = plan;
    this.tap = tap;
    this.announcements = announcements;
  }

  /// Joins. On failure what was done is taken back.
  ///
  /// @param others indexes of the TAPs of the guests that live by the fabric
  void run(List<Integer> others) throws IOException {
    try (undo) {
      if (others.isEmpty()) {
        first();
      } else {
        beside(others);
      }
      undo.keep();
    }
  }

  /// The programs come first: what the kernel refuses, it refuses before anything is changed.
  private void first() throws IOException {
    Link lo = parts.loopback();
    try (LoadedObject programs = load.take()) {
      FabricPrograms.fill(programs, plan, lo.index(), tap, held());
      settings(lo);
      attachToTap(programs.program(FabricPrograms.FROM_GUEST).fd());
      attach(programs.program(FabricPrograms.FROM_LO).fd(), lo, true);
      attach(programs.program(FabricPrograms.FROM_NET).fd(), plan.pod(), false);
    }
  }

  /// The same programs once more, over the maps that stand: so they are those that stand, or the
  /// guest does not join. What is missing of what the guests share is put back.
  private void beside(List<Integer> others) throws IOException {
    Link lo = parts.loopback();
    BpfObject object = FabricObject.read();
    try (LivingFabric standing = LivingFabric.of(filters.programs());
        BpfProgram fromGuest = FabricPrograms.load(object, FabricPrograms.FROM_GUEST, standing);
        BpfProgram fromLo = FabricPrograms.load(object, FabricPrograms.FROM_LO, standing);
        BpfProgram fromNet = FabricPrograms.load(object, FabricPrograms.FROM_NET, standing)) {
      FabricSettings settings = standing.settings();
      if (settings.podIndex() != plan.pod().index()) {
        throw new OtherFabricException(
            "the fabric of this pod joins the interface of index "
                + settings.podIndex()
                + ", not "
                + plan.pod().name());
      }
      for (int other : others) {
        expect(fromGuest, filters.find(other, Filter.INGRESS));
      }
      expect(fromLo, filters.find(lo.index(), Filter.EGRESS));
      expect(fromNet, filters.find(plan.pod().index(), Filter.INGRESS));
      settings(lo);
      FabricSlots slots = new FabricSlots(standing);
      slots.keep(others);
      undo.add(
          new Undo.Step() {
            @Override
            public void run() throws IOException {
              undoing.keep(others);
            }
          });
      slots.add(tap.index(), plan, held());
      attachToTap(fromGuest.fd());
      share(fromLo.fd(), lo, true);
      share(fromNet.fd(), plan.pod(), false);
    }
  }

  private List<HeldAddresses.Held> held() throws IOException {
    return HeldAddresses.of(parts.socket(), plan);
  }

  private static void expect(BpfProgram expected, @Nullable Filter standing) throws IOException {
    FilterProgram program = standing == null ? null : standing.program();
    if (program == null) {
      return; // it went meanwhile, or was taken away: then ours takes its place
    }
    String tag = expected.identity().tag();
    try (BpfProgram found = BpfProgram.byId(program.id())) {
      if (!found.name().equals(expected.name()) || !program.tag().equals(tag)) {
        throw new OtherFabricException(
            "the fabric of this pod is of another version of urunj: its program "
                + found.name()
                + " has the tag "
                + program.tag()
                + "; expected "
                + expected.name()
                + " with "
                + tag);
      }
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) { // its guest died meanwhile
        throw e;
      }
    }
  }

  private void settings(Link lo) throws IOException {
    FabricMark mark = parts.mark(plan.pod(), lo);
    route(plan.nets().ipv4(), 16, mark);
    route(plan.nets().ipv6(), 112, mark);
    set(FabricParts.ROUTE_LOCALNET, "1");
    set(FabricParts.ACCEPT_LOCAL, "1");
    set(FabricParts.RP_FILTER, "2");
  }

  private void set(String name, String value) throws IOException {
    String before = Sysctl.read(name);
    if (!before.equals(value)) {
      announce(new FabricAct.Setting(name, before, value, tap.index()));
      Sysctl.write(name, value);
    }
  }

  private void route(FabricNets.@Nullable Family family, int prefixLength, FabricMark mark)
      throws IOException {
    if (family != null) {
      LocalNet net = new LocalNet(family.podSide(), prefixLength, plan.pod().mtu());
      announce(new FabricAct.Net(net, tap.index()));
      if (!parts.isThere(net)) {
        parts.add(net, mark);
      }
    }
  }

  private void attachToTap(Fd program) throws IOException {
    undo.add(
        new Undo.Step() {
          @Override
          public void run() throws IOException {
            parts.removeFrom(tap.index());
          }
        });
    filters.put(tap.index(), Filter.INGRESS, program);
  }

  private void attach(Fd program, Link link, boolean egress) throws IOException {
    Qdisc qdisc = parts.beds().qdiscOf(link.index());
    if (qdisc == null) {
      addClsact(link);
    } else if (egress && !qdisc.kind().equals("clsact")) {
      throw new IOException(
          "the link "
              + link.name()
              + " has the qdisc "
              + qdisc.kind()
              + ", which knows no way out; expected clsact or none");
    }
    announce(filterAt(link, egress));
    filters.put(link.index(), FabricParts.parent(egress), program);
  }

  /// As [#attach], where the filter may be there already: then it is this guest's too.
  private void share(Fd program, Link link, boolean egress) throws IOException {
    if (filters.has(link.index(), FabricParts.parent(egress))) {
      announce(filterAt(link, egress));
    } else {
      attach(program, link, egress);
    }
  }

  private FabricAct filterAt(Link link, boolean egress) {
    return new FabricAct.Classifier(link.name(), link.index(), egress, tap.index());
  }

  /// Also where the way in alone is ours: under an `ingress` the kernel takes for the way in what
  /// an agent adds to the way out later.
  private void addClsact(Link link) throws IOException {
    announcements.announce(new QdiscAct(link.name(), link.index(), FabricMark.CLSACT));
    undo.add(
        new Undo.Step() {
          @Override
          public void run() throws IOException {
            parts.beds().removeEmpty(link.index(), FabricMark.CLSACT);
          }
        });
    parts.socket().addClsact(link.index());
  }

  private void announce(FabricAct act) throws IOException {
    announcements.announce(act);
    undo.add(
        new Undo.Step() {
          @Override
          public void run() throws IOException {
            act.undo(undoing);
          }
        });
  }
}
