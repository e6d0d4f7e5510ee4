package dev.urunj.runtime.monitor;

/// How the guest's instructions are executed.
public enum Accelerator {
  /// By the processor, through `/dev/kvm`.
  KVM,
  /// By QEMU's translator: works everywhere, some ten times slower.
  TCG
}
