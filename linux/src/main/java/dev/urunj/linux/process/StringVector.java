package dev.urunj.linux.process;

import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import java.util.List;

/// A zero-terminated vector of C strings, as execve(2) takes `argv` and `envp`, with the memory
/// that it points to.
final class StringVector {
  private final NativeBuffer vector;
  private final NativeBuffer[] strings;

  private StringVector(NativeBuffer vector, NativeBuffer[] strings) {
    this.vector = vector;
    this.strings = strings;
  }

  /// A vector of C strings.
  ///
  /// @throws IllegalArgumentException for a string with a zero byte
  static StringVector of(List<String> texts) {
    NativeBuffer[] strings = new NativeBuffer[texts.size()];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = NativeBuffer.ofString(texts.get(i));
    }
    return new StringVector(NativeBuffer.vectorOf(strings), strings);
  }

  long address() {
    return vector.address();
  }

  /// Keeps the memory alive until here; see [Libc#keep].
  void keep() {
    Libc.keep(vector, strings);
  }
}
