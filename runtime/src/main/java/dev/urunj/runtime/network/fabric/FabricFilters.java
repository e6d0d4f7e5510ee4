package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.netlink.Classifier;
import dev.urunj.linux.netlink.Filter;
import dev.urunj.linux.netlink.FilterProgram;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.runtime.network.PodFilters;
import dev.urunj.runtime.network.TapName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fabric's filters on the links of a pod. One is ours when priority, handle and name are ours.
/// It may stand without a guest: the programs see that the TAP is gone, and the pod's own stack
/// gets everything.
final class FabricFilters {
  static final int HANDLE = 0x75a;
  static final String NAME = "urunj fabric 1";

  private final RouteSocket socket;
  private @Nullable List<Integer> living;

  FabricFilters(RouteSocket socket) {
    this.socket = socket;
  }

  @Nullable Filter find(int linkIndex, int parent) throws IOException {
    Classifier ours = ours(linkIndex, parent);
    for (Filter filter : socket.filters(linkIndex, parent)) {
      if (filter.isSameAs(ours)) {
        return filter;
      }
    }
    return null;
  }

  boolean has(int linkIndex, int parent) throws IOException {
    return find(linkIndex, parent) != null;
  }

  /// Puts one there, or another program into the one that is there.
  void put(int linkIndex, int parent, Fd program) throws IOException {
    Classifier classifier = ours(linkIndex, parent);
    try {
      socket.addClassifier(classifier, program);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EEXIST || !has(linkIndex, parent)) {
        throw e;
      }
      socket.replaceClassifier(classifier, program);
    }
  }

  /// Removes one.
  ///
  /// @return whether it was there
  boolean remove(int linkIndex, int parent) throws IOException {
    Filter filter = find(linkIndex, parent);
    if (filter == null) {
      return false;
    }
    try {
      socket.deleteFilter(filter);
    } catch (ErrnoException e) {
      if (!PodFilters.isGone(e)) {
        throw e;
      }
    }
    return true;
  }

  /// The programs of all of them, by number.
  List<Integer> programs() throws IOException {
    List<Integer> programs = new ArrayList<>();
    for (Link link : socket.links()) {
      addProgram(programs, find(link.index(), Filter.INGRESS));
      addProgram(programs, find(link.index(), Filter.EGRESS));
    }
    return programs;
  }

  private static void addProgram(List<Integer> programs, @Nullable Filter filter) {
    FilterProgram program = filter == null ? null : filter.program();
    if (program != null && !programs.contains(program.id())) {
      programs.add(program.id());
    }
  }

  /// Indexes of the TAPs of guests that live by the fabric, as they were when this was first asked.
  /// One that is persistent waits for its monitor, and whether that still comes is not for this
  /// class to decide.
  List<Integer> living() throws IOException {
    List<Integer> found = living;
    if (found == null) {
      found = new ArrayList<>();
      for (Link link : socket.links()) {
        boolean lives = link.carrier() || link.persistent();
        if (TapName.matches(link.name()) && lives && has(link.index(), Filter.INGRESS)) {
          found.add(link.index());
        }
      }
      living = found;
    }
    return found;
  }

  /// Those of [#living] without one.
  List<Integer> livingBeside(int tapIndex) throws IOException {
    List<Integer> others = new ArrayList<>();
    for (int index : living()) {
      if (index != tapIndex) {
        others.add(index);
      }
    }
    return others;
  }

  /// Whether a filter runs one of the fabric's programs for us.
  static boolean isOurs(Filter filter) {
    return filter.isSameAs(ours(filter.linkIndex(), filter.parent()));
  }

  private static Classifier ours(int linkIndex, int parent) {
    return new Classifier(linkIndex, parent, PodFilters.PRIORITY, HANDLE, NAME);
  }
}
