package dev.urunj.runtime.guest;

import java.util.Arrays;

/// Archives in memory.
final class ArchiveBytes implements ArchiveOutput {
  private byte[] bytes = new byte[64];
  private int length;

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  int size() {
    return length;
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    while (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  @Override
  public long position() {
    return length;
  }

  @Override
  public void rewind(long position) {
    length = (int) position;
  }

  @Override
  public void patch(long position, byte[] with) {
    System.arraycopy(with, 0, bytes, (int) position, with.length);
  }
}
