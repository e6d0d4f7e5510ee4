package dev.urunj.runtime.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a guest is to be joined to its pod, and, of those modes that are one wiring, how it is.
public enum NetworkMode {
  /// All that the pod's interface receives is the guest's.
  REDIRECT("redirect"),
  /// The guest and the pod's containers share the pod's address and localhost.
  FABRIC("fabric"),
  /// The guest has a net of its own behind the pod's address, as urunc makes it for Knative.
  STATIC("static"),
  /// Static for a user's container of Knative; else the fabric where the kernel takes it, else the
  /// redirect.
  AUTO("auto"),
  /// No mode was chosen, and it is what Knative calls a user's container: static where the kernel
  /// takes it, else as auto. Only urunj's own record has this word.
  STATIC_OR_AUTO("static or auto");

  /// All words that a user may write, for messages.
  public static final String WORDS = "redirect, fabric, static or auto";

  private final String word;

  NetworkMode(String word) {
    this.word = word;
  }

  /// The word for it in annotations, in the configuration file and in records.
  public String word() {
    return word;
  }

  /// The mode that a user means by a word, or null.
  public static @Nullable NetworkMode of(String word) {
    NetworkMode mode = recorded(word);
    return mode == STATIC_OR_AUTO ? null : mode;
  }

  /// The mode with that word in a record, or null.
  public static @Nullable NetworkMode recorded(String word) {
    for (NetworkMode mode : values()) {
      if (mode.word.equals(word)) {
        return mode;
      }
    }
    return null;
  }

  /// The modes that are one wiring each, in the order in which they are tried.
  public List<NetworkMode> inTurn() {
    if (this == AUTO) {
      return List.of(FABRIC, REDIRECT);
    }
    return this == STATIC_OR_AUTO ? List.of(STATIC, FABRIC, REDIRECT) : List.of(this);
  }

  /// Whether it is one wiring, and not a choice between several.
  public boolean isOneWiring() {
    return this != AUTO && this != STATIC_OR_AUTO;
  }

  /// Whether a guest of this mode leaves room in its pod for other guests.
  public boolean isShared() {
    return this == FABRIC || this == AUTO;
  }
}
