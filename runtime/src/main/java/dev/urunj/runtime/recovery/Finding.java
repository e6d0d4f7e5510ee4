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

  /// What there is to be found. The wirings name what they leave themselves.
  ///
  /// @param word one word for machines
  public record Kind(String word) {
    /// A directory of a create or delete that was killed.
    static final Kind REMAINS = new Kind("remains");

    /// A create that was killed.
    static final Kind ABORTED_CREATE = new Kind("aborted-create");

    /// The state of a container whose record or journal cannot be read.
    static final Kind DAMAGED_STATE = new Kind("damaged-state");

    /// The state of a container of another boot.
    static final Kind STALE_STATE = new Kind("stale-state");

    /// The network of a container whose monitor is dead.
    static final Kind DEAD_NETWORK = new Kind("dead-network");

    /// A low-level runtime's container of ours without our record.
    static final Kind ORPHAN_CONTAINER = new Kind("orphan-container");

    /// A process of a container that has no state.
    static final Kind ORPHAN_PROCESS = new Kind("orphan-process");

    /// A mounted namespace under the root without a record.
    static final Kind STALE_PIN = new Kind("stale-pin");

    /// A named namespace of another boot, or of a command that was killed.
    static final Kind STALE_NAMESPACE = new Kind("stale-namespace");

    /// A record of the loopback plugin of another boot.
    static final Kind STALE_ATTACHMENT = new Kind("stale-attachment");

    /// A link named as a TAP of ours that no container has.
    static final Kind UNKNOWN_TAP = new Kind("unknown-tap");

    /// Something under the root that is not urunj's.
    static final Kind FOREIGN = new Kind("foreign");

    /// Something that another command is at.
    public static final Kind BUSY = new Kind("busy");
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
