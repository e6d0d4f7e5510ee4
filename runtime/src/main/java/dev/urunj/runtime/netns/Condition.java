package dev.urunj.runtime.netns;

/// How it stands with a name in the registry.
public enum Condition {
  /// The pin leads to the namespace that was recorded.
  PINNED("pinned"),

  /// Recorded in another boot: only the files are left.
  STALE("stale"),

  /// Something else than the recorded namespace is at the pin.
  REPLACED("replaced"),

  /// A `create`, `pin` or `remove` was cut off, or is still at it.
  INCOMPLETE("incomplete"),

  /// The record cannot be read.
  DAMAGED("damaged");

  private final String word;

  Condition(String word) {
    this.word = word;
  }

  /// One word for machines.
  public String word() {
    return word;
  }
}
