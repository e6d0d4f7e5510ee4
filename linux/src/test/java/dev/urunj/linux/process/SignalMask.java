package dev.urunj.linux.process;

/// Reads the masks of signals in `/proc/PID/status`.
final class SignalMask {
  /// SignalDispositions 32 and 33 are the C library's own: glibc's posix_spawn, which starts every
  /// child of a JVM as well, leaves them ignored, and a program's own C library handles them when
  /// it needs them.
  private static final long OF_THE_C_LIBRARY = 0x180000000L;

  private SignalMask() {}

  /// Bit N-1 for signal N, without the C library's own.
  static long of(String status, String field) {
    int start = status.indexOf(field + ":\t") + field.length() + 2;
    return Long.parseUnsignedLong(status, start, start + 16, 16) & ~OF_THE_C_LIBRARY;
  }
}
