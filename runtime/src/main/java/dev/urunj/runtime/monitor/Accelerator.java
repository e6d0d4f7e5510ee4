package dev.urunj.runtime.monitor;

/// How the guest's instructions are executed.
public enum Accelerator {
  /// By the processor, through `/dev/kvm`.
  KVM("kvm"),
  /// By a translator: works everywhere, some ten times slower.
  TCG("tcg"),
  /// By the processor without its virtualization, in a process of the monitor.
  NONE("none");

  private final String word;

  Accelerator(String word) {
    this.word = word;
  }

  /// Its name in the record and in annotations.
  public String word() {
    return word;
  }

  /// The one of that name. Not `valueOf`, because that calls `values` by reflection and so makes a
  /// class in each JVM, which costs a start 2 ms.
  ///
  /// @throws IllegalArgumentException for a name that none has
  public static Accelerator of(String word) {
    for (Accelerator each : values()) {
      if (each.word.equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException("no accelerator " + word);
  }
}
