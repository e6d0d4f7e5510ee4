package dev.urunj.linux.process;

import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Reads memory that the C library owns, by letting the C library copy it: no segment has to be
/// given a size that nobody can check.
final class CMemory {
  private static final MemorySegment MEMCPY = Libc.symbol("memcpy");
  private static final MemorySegment STRLEN = Libc.symbol("strlen");

  private CMemory() {}

  /// The pointer that lies at an address.
  static long pointerAt(long address) {
    NativeBuffer pointer = NativeBuffer.allocate(Long.BYTES);
    copy(pointer, address, Long.BYTES);
    return pointer.bytes().getLong(0);
  }

  /// The C string at an address; bytes that are no UTF-8 come as U+FFFD.
  static String stringAt(long address) {
    int length = (int) Libc.call(STRLEN, address, 0, 0, 0, 0, 0);
    NativeBuffer text = NativeBuffer.allocate(length);
    copy(text, address, length);
    byte[] bytes = new byte[length];
    text.bytes().get(0, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void copy(NativeBuffer to, long from, int length) {
    long copied = Libc.call(MEMCPY, to.address(), from, length, 0, 0, 0);
    Libc.keep(to);
    assert copied == to.address();
  }
}
