package dev.urunj.linux.clock;

import java.time.Duration;

/// A moment of a clock until which something may take.
public final class Deadline {
  /// 100 years: long enough to mean never, and short enough that no sum of nanoseconds overflows.
  private static final long NEVER_SECONDS = 100L * 365 * 24 * 3600;

  private final MonotonicClock clock;
  private final long nanos;

  private Deadline(MonotonicClock clock, long nanos) {
    this.clock = clock;
    this.nanos = nanos;
  }

  /// The moment that is `timeout` from now.
  ///
  /// @param timeout zero or less has passed at once
  public static Deadline after(MonotonicClock clock, Duration timeout) {
    long wait =
        timeout.toSeconds() >= NEVER_SECONDS
            ? NEVER_SECONDS * 1_000_000_000L
            : Math.max(0, timeout.toNanos());
    return new Deadline(clock, clock.nanos() + wait);
  }

  /// The moment that is `timeout` from now by the kernel's clock, for waits in the kernel, which
  /// know no other. What waits above this module gets a clock.
  ///
  /// @param timeout zero or less has passed at once
  public static Deadline byTheKernel(Duration timeout) {
    return after(new KernelClock(), timeout);
  }

  /// A moment that does not come.
  public static Deadline never(MonotonicClock clock) {
    return after(clock, Duration.ofSeconds(NEVER_SECONDS));
  }

  /// The moment that is `timeout` from now, or this one if it comes first.
  public Deadline orSooner(Duration timeout) {
    Deadline other = after(clock, timeout);
    return other.nanos - nanos < 0 ? other : this;
  }

  /// What is left; zero when it has passed, never less.
  public long remainingNanos() {
    return Math.max(0, nanos - clock.nanos());
  }

  /// What is left; zero when it has passed, never less.
  public Duration remaining() {
    return Duration.ofNanos(remainingNanos());
  }

  public boolean hasPassed() {
    return remainingNanos() == 0;
  }
}
