package dev.urunj.runtime.image;

import org.jspecify.annotations.Nullable;

/// The kinds of guest an image can name in `com.urunc.unikernel.unikernelType`.
public enum GuestKind {
  UNIKRAFT("unikraft"),
  RUMPRUN("rumprun"),
  MIRAGE("mirage"),
  MEWZ("mewz"),
  LINUX("linux"),
  HERMIT("hermit");

  /// All words, for messages.
  static final String WORDS = "unikraft, rumprun, mirage, mewz, linux or hermit";

  private final String word;

  GuestKind(String word) {
    this.word = word;
  }

  /// The word for it in annotations.
  public String word() {
    return word;
  }

  /// The kind with that word, or null.
  static @Nullable GuestKind of(String word) {
    for (GuestKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    return null;
  }
}
