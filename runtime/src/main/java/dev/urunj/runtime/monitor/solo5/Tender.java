package dev.urunj.runtime.monitor.solo5;

import dev.urunj.runtime.guest.BootProtocol;
import dev.urunj.runtime.monitor.Accelerator;

/// What differs between the two tenders.
enum Tender {
  /// By `/dev/kvm`.
  HVT("hvt", 1, Accelerator.KVM, BootProtocol.SOLO5_HVT),
  /// By system calls.
  SPT("spt", 2, Accelerator.NONE, BootProtocol.SOLO5_SPT);

  private final String word;
  private final int target;
  private final Accelerator accelerator;
  private final BootProtocol protocol;

  Tender(String word, int target, Accelerator accelerator, BootProtocol protocol) {
    this.word = word;
    this.target = target;
    this.accelerator = accelerator;
    this.protocol = protocol;
  }

  /// Its name in the image contract.
  String word() {
    return word;
  }

  /// Its program's name.
  String program() {
    return "solo5-" + word;
  }

  /// The number by which a kernel says that it is for this tender: `enum abi_target` of Solo5's
  /// elf_abi.h.
  int target() {
    return target;
  }

  /// The only way in which it executes a guest.
  Accelerator accelerator() {
    return accelerator;
  }

  BootProtocol protocol() {
    return protocol;
  }
}
