package dev.urunj.linux.process;

import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.Symbols;

/// The C library's own environment, environ(7), exactly as this process got it. Java's view of it
/// is text, has no order, and has each name once.
final class CEnvironment {
  private CEnvironment() {}

  /// The address of the vector, as execve(2) takes it. It lies in the C library's variable
  /// `environ`, whose content the C library itself copies, because it owns that memory.
  static long vector() {
    NativeBuffer pointer = NativeBuffer.allocate(Long.BYTES);
    long variable = Symbols.find("environ");
    long copied =
        Libc.call(Symbols.find("memcpy"), pointer.address(), variable, Long.BYTES, 0, 0, 0);
    assert copied == pointer.address();
    return pointer.bytes().getLong(0);
  }
}
