package dev.urunj.linux.clock;

/// The kernel's `CLOCK_MONOTONIC`, clock_gettime(2), which stands still while the machine is
/// suspended.
public final class KernelClock implements MonotonicClock {
  /// All of them show the same time.
  public KernelClock() {}

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
