package dev.urunj.linux.syscall;

import java.time.Duration;

/// A moment of the monotonic clock until which something may take.
public final class Deadline {
  /// 100 years: long enough to mean never, and short enough that no sum of nanoseconds overflows.
  private static final long NEVER_SECONDS = 100L * 365 * 24 * 3600;

  private final long nanos;

  private Deadline(long nanos) {
    this.nanos = nanos;
  }

  /// The moment that is `timeout` from now.
  ///
  /// @param timeout zero or less has passed at once
  public static Deadline after(Duration timeout) {
    long wait =
        timeout.toSeconds() >= NEVER_SECONDS
            ? NEVER_SECONDS * 1_000_000_000L
            : Math.max(0, timeout.toNanos());
    return new Deadline(System.nanoTime() + wait);
  }

  /// What is left; zero when it has passed, never less.
  long remainingNanos() {
    return Math.max(0, nanos - System.nanoTime());
  }

  public boolean hasPassed() {
    return remainingNanos() == 0;
  }
}
