package dev.urunj.linux.file;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads many files, one after the other, through one piece of memory, because allocating it for
/// each of them would cost more than reading them. Closes nothing. For one thread.
public final class FileReader {
  private static final int CHUNK = 65_536;

  // struct linux_dirent64 of getdents64(2): d_ino, d_off, d_reclen, d_type, d_name
  private static final int LENGTH = 16;
  private static final int NAME = 19;

  private final NativeBuffer memory = NativeBuffer.allocate(CHUNK);

  /// A reader with memory of its own, 64 KiB.
  public FileReader() {}

  /// Reads what is there, at the descriptor's position, at most 64 KiB at once.
  ///
  /// @return the number of bytes; 0 at the end, or when `length` is 0
  public int read(Fd descriptor, byte[] into, int offset, int length) throws ErrnoException {
    int wanted = Math.min(length, CHUNK);
    int count = (int) call(SyscallNumber.READ, "read", descriptor, wanted);
    memory.bytes().get(0, into, offset, count);
    return count;
  }

  /// Reads up to the end, whatever size the file is said to have, because files of /proc and /sys
  /// say 0 or 4096.
  ///
  /// @param sizeHint how much to make room for at first
  /// @param maxBytes what is behind is not read
  /// @return at most `maxBytes`
  public byte[] readUpTo(Fd descriptor, long sizeHint, int maxBytes) throws ErrnoException {
    // One more than is expected, because only an empty read shows the end.
    byte[] content = new byte[(int) Math.min(Math.max(sizeHint, 255) + 1, maxBytes)];
    int length = 0;
    while (true) {
      if (length == content.length) {
        if (length == maxBytes) {
          return content;
        }
        content = Arrays.copyOf(content, (int) Math.min(2L * length, maxBytes));
      }
      int count = read(descriptor, content, length, content.length - length);
      if (count == 0) {
        return length == content.length ? content : Arrays.copyOf(content, length);
      }
      length += count;
    }
  }

  /// The names in a directory as the file system spells them, in no order, without `.` and `..`;
  /// getdents64(2).
  ///
  /// @return null when there are more than `max`
  public @Nullable List<byte[]> names(Fd directory, int max) throws ErrnoException {
    List<byte[]> names = new ArrayList<>();
    while (true) {
      int end = (int) call(SyscallNumber.GETDENTS64, "getdents64", directory, CHUNK);
      if (end == 0) {
        return names;
      }
      ByteBuffer bytes = memory.bytes();
      for (int at = 0; at < end; at += Short.toUnsignedInt(bytes.getShort(at + LENGTH))) {
        byte[] name = name(bytes, at + NAME);
        if (!isDots(name)) {
          names.add(name);
        }
      }
      if (names.size() > max) {
        return null;
      }
    }
  }

  private static byte[] name(ByteBuffer bytes, int from) {
    int end = from;
    while (bytes.get(end) != 0) {
      end++;
    }
    byte[] name = new byte[end - from];
    bytes.get(from, name);
    return name;
  }

  private static boolean isDots(byte[] name) {
    return name.length > 0
        && name.length <= 2
        && name[0] == '.'
        && (name.length == 1 || name[1] == '.');
  }

  private long call(int number, String name, Fd descriptor, int length) throws ErrnoException {
    while (true) {
      long result = Libc.syscall(number, descriptor.number(), memory.address(), length);
      Libc.keep(memory);
      if (result >= 0) {
        return result;
      }
      if (result != -Errno.EINTR) {
        throw new ErrnoException(name + "(" + descriptor.number() + ")", (int) -result);
      }
    }
  }
}
