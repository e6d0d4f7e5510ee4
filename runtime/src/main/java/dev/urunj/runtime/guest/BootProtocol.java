package dev.urunj.runtime.guest;

import java.util.List;

/// A way in which a machine is handed over to a kernel. A guest boots on a machine when they have
/// one in common.
public enum BootProtocol {
  /// Linux's own: Documentation/arch/x86/boot.rst, Documentation/arch/arm64/booting.rst.
  LINUX,
  /// Multiboot, as GRUB and QEMU load it.
  MULTIBOOT,
  /// A 64-bit ELF file entered in long mode, as Firecracker loads one that is no Linux.
  ELF64,
  /// The tender solo5-hvt, by hypercalls.
  SOLO5_HVT,
  /// The tender solo5-spt, by system calls.
  SOLO5_SPT;

  /// Whether two lists have one in common.
  public static boolean meet(List<BootProtocol> some, List<BootProtocol> others) {
    for (BootProtocol each : some) {
      if (others.contains(each)) {
        return true;
      }
    }
    return false;
  }
}
