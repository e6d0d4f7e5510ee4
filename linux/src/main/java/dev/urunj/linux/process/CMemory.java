package dev.urunj.linux.process;

import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;

/// Reads memory that the C library owns, by letting the C library copy it: no segment has to be
/// given a size that nobody can check.
final class CMemory {
  private static final long MEMCPY = Libc.symbol("memcpy");

  private CMemory() {}

  /// The pointer that lies at an address.
  static long pointerAt(long address) {
    NativeBuffer pointer = NativeBuffer.allocate(Long.BYTES);
    copy(pointer, address, Long.BYTES);
    return pointer.bytes().getLong(0);
  }

  private static void copy(NativeBuffer to, long from, int length) {
    long copied = Libc.call(MEMCPY, to.address(), from, length, 0, 0, 0);
    Libc.keep(to);
    assert copied == to.address();
  }
}
