package dev.urunj.linux.process;

import dev.urunj.linux.syscall.Libc;

/// The C library's own environment, environ(7): exactly what this process was given. Java's view of
/// it is text, unordered, and knows each name once.
final class CEnvironment {
  private CEnvironment() {}

  /// The address of the vector, as execve(2) takes it.
  static long vector() {
    return CMemory.pointerAt(Libc.symbol("environ"));
  }
}
