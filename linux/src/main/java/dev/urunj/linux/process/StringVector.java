package dev.urunj.linux.process;

import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import java.util.ArrayList;
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

  /// This process's environment with changes. What is not changed stays where it is, byte for byte,
  /// because an environment need not be text.
  ///
  /// @param added `NAME=VALUE` each, in place of a variable of that name
  /// @param removed names
  static StringVector ofEnvironment(List<String> added, List<String> removed) {
    List<String> dropped = new ArrayList<>(removed);
    for (String variable : added) {
      dropped.add(variable.substring(0, Math.max(variable.indexOf('='), 0)));
    }
    List<Long> kept = new ArrayList<>();
    long entry = CEnvironment.vector();
    for (long text = CMemory.pointerAt(entry); text != 0; text = CMemory.pointerAt(entry)) {
      if (!dropped.contains(CEnvironment.nameOf(text))) {
        kept.add(text);
      }
      entry += Long.BYTES;
    }
    return join(kept, of(added));
  }

  long address() {
    return vector.address();
  }

  /// Keeps the memory alive until here; see [Libc#keep].
  void keep() {
    Libc.keep(vector, strings);
  }

  private static StringVector join(List<Long> pointers, StringVector rest) {
    int count = pointers.size() + rest.strings.length;
    NativeBuffer all = NativeBuffer.allocate((count + 1) * Long.BYTES);
    int at = 0;
    for (long pointer : pointers) {
      all.bytes().putLong(at, pointer);
      at += Long.BYTES;
    }
    for (NativeBuffer string : rest.strings) {
      all.bytes().putLong(at, string.address());
      at += Long.BYTES;
    }
    return new StringVector(all, rest.strings);
  }
}
