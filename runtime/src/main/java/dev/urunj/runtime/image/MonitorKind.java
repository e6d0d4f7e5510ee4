package dev.urunj.runtime.image;

import org.jspecify.annotations.Nullable;

/// The virtual machine monitors an image can name in `com.urunc.unikernel.hypervisor`, and a
/// configuration file in `[monitors.…]`.
public enum MonitorKind {
  QEMU("qemu"),
  FIRECRACKER("firecracker"),
  HVT("hvt"),
  SPT("spt"),
  CLOUD_HYPERVISOR("cloud-hypervisor");

  /// All words, for messages.
  static final String WORDS = "qemu, firecracker, hvt, spt or cloud-hypervisor";

  private final String word;

  MonitorKind(String word) {
    this.word = word;
  }

  /// The word for it in annotations and in the configuration file.
  public String word() {
    return word;
  }

  /// The monitor with that word, or null.
  static @Nullable MonitorKind of(String word) {
    for (MonitorKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    return null;
  }

  /// Whether a guest of that kind can boot under this monitor.
  boolean boots(GuestKind guest) {
    return switch (this) {
      case QEMU ->
          switch (guest) {
            case MEWZ, MIRAGE, UNIKRAFT, LINUX, HERMIT -> true;
            case RUMPRUN -> false;
          };
      case FIRECRACKER -> guest == GuestKind.LINUX || guest == GuestKind.UNIKRAFT;
      case HVT, SPT -> guest == GuestKind.RUMPRUN || guest == GuestKind.MIRAGE;
      case CLOUD_HYPERVISOR -> guest == GuestKind.LINUX;
    };
  }
}
