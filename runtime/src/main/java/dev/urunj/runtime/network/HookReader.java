package dev.urunj.runtime.network;

import dev.urunj.linux.bpf.BpfProgram;
import dev.urunj.linux.bpf.TcxPrograms;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.FilterProgram;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Qdisc;
import dev.urunj.linux.netlink.RouteSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads the places where one wiring has its filters.
public final class HookReader {
  private final RouteSocket socket;
  private final Predicate<Filter> ours;
  private final List<Hook> hooks = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();

  /// For a wiring whose filters these are; the socket stays the caller's.
  public HookReader(RouteSocket socket, Predicate<Filter> ours) {
    this.socket = socket;
    this.ours = ours;
  }

  /// What was read, in the order of the reading.
  public List<Hook> hooks() {
    return hooks;
  }

  /// What could not be read, and why, one line each.
  public List<String> unread() {
    return unread;
  }

  /// Reads one place at a link's way in.
  ///
  /// @param link null where there is none, then nothing is read
  public void readWayIn(Hook.Place place, @Nullable Link link) throws IOException {
    if (link != null) {
      read(place, link, false);
    }
  }

  /// Reads one place at a link's way out.
  ///
  /// @param link null where there is none, then nothing is read
  public void readWayOut(Hook.Place place, @Nullable Link link) throws IOException {
    if (link != null) {
      read(place, link, true);
    }
  }

  private void read(Hook.Place place, Link link, boolean egress) throws IOException {
    Hook.Standing standing = null;
    List<Hook.Foreign> before = new ArrayList<>();
    Qdisc qdisc = new PodFilters(socket).qdiscOf(link.index());
    String kind = qdisc == null ? null : qdisc.kind();
    // Under a qdisc that knows no way out, the kernel gives the filters of the way in.
    boolean hasWay = kind != null && (!egress || kind.equals("clsact"));
    List<Filter> filters =
        hasWay ? socket.filters(link.index(), egress ? Filter.EGRESS : Filter.INGRESS) : List.of();
    for (Filter filter : filters) {
      if (ours.test(filter)) {
        standing = standing(filter);
      } else if (filter.priority() < PodFilters.PRIORITY) {
        FilterProgram program = filter.program();
        before.add(
            new Hook.Foreign(
                filter.priority(), filter.kind(), program == null ? "" : program.name()));
      }
    }
    hooks.add(new Hook(place, link.name(), egress, kind, standing, before, tcx(link, egress)));
  }

  private static Hook.Standing standing(Filter filter) {
    FilterProgram program = filter.program();
    if (program == null) {
      return new Hook.Standing(0, "", "", filter.redirectTarget());
    }
    return new Hook.Standing(program.id(), program.tag(), nameOf(program.id()), null);
  }

  private static String nameOf(int programId) {
    try (BpfProgram program = BpfProgram.byId(programId)) {
      return program.name();
    } catch (ErrnoException _) {
      return ""; // gone meanwhile, or hidden from us; the filter's number and tag remain
    }
  }

  private List<Integer> tcx(Link link, boolean egress) {
    try {
      return egress ? TcxPrograms.egress(link.index()) : TcxPrograms.ingress(link.index());
    } catch (ErrnoException e) {
      unread.add("programs in front of the filters of " + link.name() + ": " + e.getMessage());
      return List.of();
    }
  }
}
