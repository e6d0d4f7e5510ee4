package dev.urunj.runtime.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place where a filter of ours belongs, and what is there.
///
/// @param link the link's name: escape before printing
/// @param egress at the link's way out, not in
/// @param qdisc `ingress`, `clsact` or null
/// @param ours null where our filter is missing
/// @param before filters of others that see a frame before ours would
/// @param tcx numbers of the programs that see it before any filter
public record Hook(
    Place place,
    String link,
    boolean egress,
    @Nullable String qdisc,
    @Nullable Standing ours,
    List<Foreign> before,
    List<Integer> tcx) {
  public Hook {
    before = List.copyOf(before);
    tcx = List.copyOf(tcx);
  }

  /// The hook of a place, null where none belongs.
  public static @Nullable Hook at(Place place, List<Hook> hooks) {
    for (Hook hook : hooks) {
      if (hook.place() == place) {
        return hook;
      }
    }
    return null;
  }

  /// Judges what the filters of all these places lie in.
  public static Hop qdiscs(List<Hook> hooks) {
    for (Hook hook : hooks) {
      boolean wayOutMissing = hook.egress() && !"clsact".equals(hook.qdisc());
      if (hook.qdisc() == null || wayOutMissing) {
        return Hop.broken(
            "qdisc",
            hook.qdisc() == null
                ? hook.link() + " has no qdisc for filters"
                : hook.link() + " has the qdisc " + hook.qdisc() + ", which has no way out",
            "ours was removed, and its filters with it: restart the container");
      }
    }
    return Hop.ok("qdisc", "each link has one for filters");
  }

  /// The place, by the packets that pass it.
  public enum Place {
    TAP("tap"),
    LO("lo"),
    POD("pod");

    private final String word;

    Place(String word) {
      this.word = word;
    }

    /// One word for machines.
    public String word() {
      return word;
    }
  }

  /// Our filter.
  ///
  /// @param programId the kernel's number of its program, 0 for a plain redirect
  /// @param tag of the program's instructions; empty for a plain redirect
  /// @param program its name; empty where the kernel does not tell
  /// @param target index of the link that a plain redirect leads to, 0 when that is gone; null for
  ///   a program
  public record Standing(int programId, String tag, String program, @Nullable Integer target) {}

  /// A filter of another program.
  ///
  /// @param kind `u32`, `bpf`, …
  /// @param name of a `bpf` filter, which may be anything: escape before printing
  public record Foreign(int priority, String kind, String name) {}
}
