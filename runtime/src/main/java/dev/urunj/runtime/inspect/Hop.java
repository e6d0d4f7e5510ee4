package dev.urunj.runtime.inspect;

import org.jspecify.annotations.Nullable;

/// One part of the way between a guest and the world, and whether it holds.
///
/// @param name one word for machines
/// @param detail what was found, one line, which may hold names of others: escape before printing
/// @param advice what to do about it; null for one that is not broken
public record Hop(String name, State state, String detail, @Nullable String advice) {
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

  static Hop ok(String name, String detail) {
    return new Hop(name, State.OK, detail, null);
  }

  static Hop broken(String name, String detail, String advice) {
    return new Hop(name, State.BROKEN, detail, advice);
  }

  static Hop pending(String name, String detail) {
    return new Hop(name, State.PENDING, detail, null);
  }

  static Hop unknown(String name, String detail) {
    return new Hop(name, State.UNKNOWN, detail, null);
  }

  static Hop skipped(String name, String detail) {
    return new Hop(name, State.SKIPPED, detail, null);
  }
}
