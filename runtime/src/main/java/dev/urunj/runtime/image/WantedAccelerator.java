package dev.urunj.runtime.image;

import org.jspecify.annotations.Nullable;

/// How the monitor executes the guest's instructions.
public enum WantedAccelerator {
  /// KVM where a guest was seen to run with it, else TCG.
  AUTO("auto"),
  /// The processor's virtualization, through `/dev/kvm`.
  KVM("kvm"),
  /// QEMU's translation to the host's instructions; needs nothing and is slow.
  TCG("tcg");

  /// All words, for messages.
  public static final String WORDS = "auto, kvm or tcg";

  private final String word;

  WantedAccelerator(String word) {
    this.word = word;
  }

  /// The word for it in annotations, in the configuration file and in `URUNJ_ACCEL`.
  public String word() {
    return word;
  }

  /// The accelerator with that word, or null.
  public static @Nullable WantedAccelerator of(String word) {
    for (WantedAccelerator accelerator : values()) {
      if (accelerator.word.equals(word)) {
        return accelerator;
      }
    }
    return null;
  }
}
