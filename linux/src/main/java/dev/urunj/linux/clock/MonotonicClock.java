package dev.urunj.linux.clock;

/// A clock for measuring how long something takes. It never goes back, whatever becomes of the time
/// of day. Given as an argument, so that a test can let time pass. Any thread.
public interface MonotonicClock {
  /// Nanoseconds since some moment in the past or the future. Only differences mean anything, and
  /// they may overflow: compare `a - b` with zero, and never `a` with `b`.
  long nanos();
}
