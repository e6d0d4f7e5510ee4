package dev.urunj.runtime.state;

import org.jspecify.annotations.Nullable;

/// The states of the OCI runtime specification's life cycle, and runc's `paused`.
public enum Status {
  CREATING("creating"),
  CREATED("created"),
  RUNNING("running"),
  PAUSED("paused"),
  STOPPED("stopped");

  private final String word;

  Status(String word) {
    this.word = word;
  }

  /// The word as it stands in the state's JSON.
  public String word() {
    return word;
  }

  /// The status of a word; null when there is none.
  static @Nullable Status of(String word) {
    for (Status status : values()) {
      if (status.word.equals(word)) {
        return status;
      }
    }
    return null;
  }
}
