package dev.urunj.runtime.netns;

/// What a path that should name a network namespace leads to now. Only [#USABLE] may be written to;
/// everything else is left alone.
public enum Verdict {
  /// A network namespace, not the node's own and, where one was recorded, that one.
  USABLE("usable"),

  /// The node's own network namespace: the one this thread is in, or that of process 1.
  NODE("node"),

  /// Another network namespace than the one recorded: a reused process id, name or inode.
  REPLACED("replaced"),

  /// The record is of another boot, so nothing that it names exists any more.
  OTHER_BOOT("stale"),

  /// Something that is no network namespace: a file, a directory, a FIFO, a namespace of another
  /// kind.
  NO_NETWORK_NAMESPACE("no-netns"),

  /// Nothing is there.
  MISSING("missing"),

  /// The kernel does not let the path be followed: a loop of links, no permission.
  UNREACHABLE("unreachable");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  /// One word for machines.
  public String word() {
    return word;
  }
}
