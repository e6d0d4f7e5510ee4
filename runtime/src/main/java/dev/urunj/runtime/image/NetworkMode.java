package dev.urunj.runtime.image;

import org.jspecify.annotations.Nullable;

/// How a guest is joined to its pod.
public enum NetworkMode {
  /// All that the pod's interface receives is the guest's.
  REDIRECT("redirect"),
  /// The guest and the pod's containers share the pod's address and localhost.
  FABRIC("fabric"),
  /// The guest has a net of its own behind the pod's address, as urunc makes it for Knative.
  STATIC("static"),
  /// Static for a user's container of Knative; else the fabric where the kernel takes it, else the
  /// redirect.
  AUTO("auto");

  /// All words, for messages.
  public static final String WORDS = "redirect, fabric, static or auto";

  private final String word;

  NetworkMode(String word) {
    this.word = word;
  }

  /// The word for it in annotations and in the configuration file.
  public String word() {
    return word;
  }

  /// The mode with that word, or null.
  public static @Nullable NetworkMode of(String word) {
    for (NetworkMode mode : values()) {
      if (mode.word.equals(word)) {
        return mode;
      }
    }
    return null;
  }
}
