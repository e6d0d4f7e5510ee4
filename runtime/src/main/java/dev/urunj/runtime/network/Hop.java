package dev.urunj.runtime.network;

import org.jspecify.annotations.Nullable;

/// One part of the way between a guest and the world, and whether it holds.
///
/// @param name one word for machines
/// @param detail what was found, one line, which may hold names of others: escape before printing
/// @param advice what to do about it; null for one that is not broken
public record Hop(String name, State state, String detail, @Nullable String advice) {
  /// Advice about what only a start makes.
  public static final String RESTART =
      "nothing puts it back while the guest runs: restart the container";

  /// Whether a part holds.
  public enum State {
    OK("ok"),
    BROKEN("broken"),

    /// Comes later: the guest has not been started, or has not got there.
    PENDING("pending"),

    /// Could not be found out.
    UNKNOWN("unknown"),

    /// Needs what is broken, or is not wanted.
    SKIPPED("skipped");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /// One word for machines and people.
    public String word() {
      return word;
    }
  }

  /// It holds.
  public static Hop ok(String name, String detail) {
    return new Hop(name, State.OK, detail, null);
  }

  /// It does not hold.
  public static Hop broken(String name, String detail, String advice) {
    return new Hop(name, State.BROKEN, detail, advice);
  }

  /// It comes later.
  public static Hop pending(String name, String detail) {
    return new Hop(name, State.PENDING, detail, null);
  }

  /// It could not be found out.
  public static Hop unknown(String name, String detail) {
    return new Hop(name, State.UNKNOWN, detail, null);
  }

  /// It was not looked at.
  public static Hop skipped(String name, String detail) {
    return new Hop(name, State.SKIPPED, detail, null);
  }
}
