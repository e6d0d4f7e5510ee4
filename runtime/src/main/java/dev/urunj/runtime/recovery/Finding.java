package dev.urunj.runtime.recovery;

import org.jspecify.annotations.Nullable;

/// One thing that a [Sweep] found and that does not belong to a container in order.
///
/// @param kind what it is
/// @param subject where it is: a path, `pid 7`, `eth0 in net:[4026532255]`
/// @param reason why it is garbage or, for [Outcome#LEFT], why it was left alone
/// @param proof what shows that it is urunj's own; empty for [Outcome#LEFT]
/// @param action what is to be done about it; empty for [Outcome#LEFT]
/// @param outcome what has become of it
/// @param failure why it could not be removed, null unless [Outcome#FAILED]
public record Finding(
    Kind kind,
    String subject,
    String reason,
    String proof,
    String action,
    Outcome outcome,
    @Nullable String failure) {

  /// What there is to be found.
  public enum Kind {
    /// A directory of a create or delete that was killed.
    REMAINS("remains"),
    /// A create that was killed.
    ABORTED_CREATE("aborted-create"),
    /// The state of a container whose record or journal cannot be read.
    DAMAGED_STATE("damaged-state"),
    /// The state of a container of another boot.
    STALE_STATE("stale-state"),
    /// The network of a container whose monitor is dead.
    DEAD_NETWORK("dead-network"),
    /// A low-level runtime's container of ours without our record.
    ORPHAN_CONTAINER("orphan-container"),
    /// A process of a container that has no state.
    ORPHAN_PROCESS("orphan-process"),
    /// A mounted namespace under the root without a record.
    STALE_PIN("stale-pin"),
    /// A named namespace of another boot, or of a command that was killed.
    STALE_NAMESPACE("stale-namespace"),
    /// A record of the loopback plugin of another boot.
    STALE_ATTACHMENT("stale-attachment"),
    /// Our filter that leads to a TAP that is gone.
    DEAD_REDIRECT("dead-redirect"),
    /// Filters of our fabric whose guest is gone.
    DEAD_FABRIC("dead-fabric"),
    /// Our table of nf_tables whose guest is gone.
    DEAD_TABLE("dead-table"),
    /// A link named as a TAP of ours that no container has.
    UNKNOWN_TAP("unknown-tap"),
    /// Something under the root that is not urunj's.
    FOREIGN("foreign"),
    /// Something that another command is at.
    BUSY("busy");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /// One word for machines.
    public String word() {
      return word;
    }
  }

  /// What became of it.
  public enum Outcome {
    /// Garbage, and nothing was to be done this time.
    FOUND("found"),
    /// Garbage, and gone.
    REMOVED("removed"),
    /// Garbage, and still there.
    FAILED("failed"),
    /// Not proven to be urunj's garbage.
    LEFT("left");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    /// One word for machines.
    public String word() {
      return word;
    }
  }
}
