package dev.urunj.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Memory outside the Java heap with an address that can be given to the kernel. Host byte order.
///
/// It is a direct `ByteBuffer`, freed by the collector, because an `Arena` costs a cold JVM 7 to 15
/// ms and this costs 1. An address that is embedded in other memory (an `iovec`, an `argv` vector)
/// does not keep its buffer alive, so pass every such buffer to [Libc#keep] after the call.
public final class NativeBuffer {
  private final ByteBuffer bytes;
  private final long address;

  private NativeBuffer(ByteBuffer bytes) {
    this.bytes = bytes;
    this.address = Libc.address(bytes);
  }

  /// `size` zero bytes, aligned to 8.
  public static NativeBuffer allocate(int size) {
    // allocateDirect aligns to 8 or more for every size on 64-bit HotSpot, where malloc gives 16.
    return new NativeBuffer(
        ByteBuffer.allocateDirect(Math.max(size, 8)).order(ByteOrder.nativeOrder()));
  }

  /// A C string: UTF-8 with a terminating zero byte.
  ///
  /// @throws IllegalArgumentException for a string with a zero byte, which C would cut short
  public static NativeBuffer ofString(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a string with a zero byte cannot be a C string");
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    NativeBuffer buffer = allocate(utf8.length + 1);
    buffer.bytes.put(0, utf8);
    return buffer;
  }

  public static NativeBuffer ofBytes(byte[] content) {
    NativeBuffer buffer = allocate(content.length);
    buffer.bytes.put(0, content);
    return buffer;
  }

  /// A zero-terminated vector of C strings, as `argv` and `envp` are. `strings` must be kept alive
  /// as long as the vector is used.
  public static NativeBuffer vectorOf(NativeBuffer... strings) {
    NativeBuffer vector = allocate((strings.length + 1) * Long.BYTES);
    for (int i = 0; i < strings.length; i++) {
      vector.bytes.putLong(i * Long.BYTES, strings[i].address);
    }
    return vector;
  }

  /// The whole memory, from position 0; the same object each time.
  public ByteBuffer bytes() {
    return bytes;
  }

  public long address() {
    return address;
  }

  public int size() {
    return bytes.capacity();
  }
}
