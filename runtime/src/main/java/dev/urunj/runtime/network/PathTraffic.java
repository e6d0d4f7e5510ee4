package dev.urunj.runtime.network;

/// The traffic of one way through a wiring that counts it, in words.
///
/// @param name one word for machines
/// @param group where it was seen
/// @param words what it was, to be read behind the group's title
/// @param dropped whether it went no further
public record PathTraffic(
    String name, Group group, String words, boolean dropped, long packets, long bytes) {
  /// Where a frame was seen.
  public enum Group {
    POD_INTERFACE("pod-interface", "arrived on the pod's interface"),
    GUEST("guest", "sent by guests"),
    LOOPBACK("loopback", "on the pod's loopback"),
    ANY("any", "anywhere");

    private final String word;
    private final String title;

    Group(String word, String title) {
      this.word = word;
      this.title = title;
    }

    /// One word for machines.
    public String word() {
      return word;
    }

    /// For people.
    public String title() {
      return title;
    }
  }
}
