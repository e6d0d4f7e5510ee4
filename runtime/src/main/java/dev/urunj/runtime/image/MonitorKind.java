package dev.urunj.runtime.image;

import dev.urunj.runtime.guest.BootProtocol;
import java.util.List;
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

  /// The kernels that its machines can be handed over to, whether or not this version runs it.
  List<BootProtocol> protocols() {
    return switch (this) {
      case QEMU -> List.of(BootProtocol.LINUX, BootProtocol.MULTIBOOT);
      case FIRECRACKER -> List.of(BootProtocol.LINUX, BootProtocol.ELF64);
      case HVT -> List.of(BootProtocol.SOLO5_HVT);
      case SPT -> List.of(BootProtocol.SOLO5_SPT);
      case CLOUD_HYPERVISOR -> List.of(BootProtocol.LINUX);
    };
  }

  /// Whether a guest of that kind can boot under this monitor.
  boolean boots(GuestKind guest) {
    return BootProtocol.meet(protocols(), guest.protocols());
  }
}
