package dev.urunj.linux.file;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/// Reading, writing and changing open files. Nothing here closes a descriptor. Calls block as long
/// as the file does, so do not make them on virtual threads.
public final class FileIo {
  private static final int CHUNK = 65_536;
  private static final int PATH_MAX = 4096; // uapi/linux/limits.h
  private static final int RENAME_NOREPLACE = 1; // uapi/linux/fs.h, since Linux 3.15

  private FileIo() {}

  /// Writes all of it, at the descriptor's position.
  public static void writeFully(Fd descriptor, byte[] content) throws ErrnoException {
    write(descriptor, content, 0, content.length);
  }

  /// Writes all of it at a position of the file; the descriptor's own is left as it is, pwrite(2).
  public static void writeAt(Fd descriptor, long position, byte[] content, int length)
      throws ErrnoException {
    NativeBuffer chunk = NativeBuffer.allocate(Math.min(length, CHUNK));
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, CHUNK);
      chunk.bytes().put(0, content, done, part);
      long count =
          Libc.syscall(
              SyscallNumber.PWRITE64, descriptor.number(), chunk.address(), part, position + done);
      Libc.keep(chunk);
      if (count != -Errno.EINTR) {
        check(count, "pwrite64", descriptor);
        done += (int) count;
      }
    }
  }

  /// Reads what is there, at the descriptor's position.
  ///
  /// @return the number of bytes, at least 1 unless `length` is 0; -1 at the end
  public static int read(Fd descriptor, byte[] into, int offset, int length) throws ErrnoException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    NativeBuffer chunk = NativeBuffer.allocate(Math.min(length, CHUNK));
    int count = readInto(descriptor, chunk, Math.min(length, CHUNK));
    chunk.bytes().get(0, into, offset, count);
    return count == 0 ? -1 : count;
  }

  /// Copies up to `bytes` bytes from one position to the other, in the kernel where it can.
  ///
  /// @return the number of bytes copied: fewer only at the end of `from`
  public static long copy(Fd from, Fd to, long bytes) throws ErrnoException {
    // Each way goes on where the one before ended, because all of them move both positions. The
    // first two end silently (other file system, pipe, append mode, too old a kernel); what is a
    // real error is met and reported by the last.
    long copied = copyByFileRange(from, to, bytes);
    copied += copyBySendfile(from, to, bytes - copied);
    return copied + copyByReading(from, to, bytes - copied);
  }

  /// Changes the owner, fchown(2).
  ///
  /// @param uid the new owner, -1 to leave it
  /// @param gid the new group, -1 to leave it
  public static void chown(Fd descriptor, int uid, int gid) throws ErrnoException {
    long result = Libc.syscall(SyscallNumber.FCHOWN, descriptor.number(), uid, gid);
    check(result, "fchown", descriptor);
  }

  /// Changes the permissions, fchmod(2).
  ///
  /// @param mode the permission bits; the umask has no part in it
  public static void chmod(Fd descriptor, int mode) throws ErrnoException {
    check(Libc.syscall(SyscallNumber.FCHMOD, descriptor.number(), mode), "fchmod", descriptor);
  }

  /// Changes the length, ftruncate(2).
  ///
  /// @param size the new length in bytes; what is added reads as zero
  public static void truncate(Fd descriptor, long size) throws ErrnoException {
    long result = Libc.syscall(SyscallNumber.FTRUNCATE, descriptor.number(), size);
    check(result, "ftruncate", descriptor);
  }

  /// What the kernel calls an open file: its path by now (with ` (deleted)` when it has none any
  /// more), or `socket:[123]`, `net:[4026531840]` and the like. For messages, not for opening.
  public static String linkTarget(Fd descriptor) throws ErrnoException {
    String link = procPath(descriptor);
    NativeBuffer name = NativeBuffer.ofString(link);
    NativeBuffer target = NativeBuffer.allocate(PATH_MAX);
    long length =
        Libc.syscall(
            SyscallNumber.READLINKAT,
            FileStatus.AT_FDCWD,
            name.address(),
            target.address(),
            PATH_MAX);
    Libc.keep(name, target);
    if (length < 0) {
      throw new ErrnoException("readlinkat(\"" + link + "\")", (int) -length);
    }
    byte[] path = new byte[(int) length];
    target.bytes().get(0, path);
    return new String(path, StandardCharsets.UTF_8);
  }

  /// The path by which this thread, and no other process, reaches an open file once more:
  /// `/proc/thread-self/fd/N`, proc(5). Valid as long as the descriptor is open.
  public static String procPath(Fd descriptor) {
    return "/proc/thread-self/fd/" + descriptor.number();
  }

  /// Removes a name, never a directory, unlink(2).
  ///
  /// @return false when there was none
  public static boolean unlink(Path path) throws ErrnoException {
    NativeBuffer name = NativeBuffer.ofString(path.toString());
    long result = Libc.syscall(SyscallNumber.UNLINKAT, FileStatus.AT_FDCWD, name.address(), 0);
    Libc.keep(name);
    if (result < 0 && result != -Errno.ENOENT) {
      throw new ErrnoException("unlinkat(" + Quoted.of(path.toString()) + ")", (int) -result);
    }
    return result == 0;
  }

  /// Gives a file or a directory another name in the same file system, renameat2(2), and never
  /// replaces what has that name: not even an empty directory, as rename(2) would.
  ///
  /// @return false when there is anything at `to`: then nothing has changed
  /// @throws ErrnoException ENOENT without `from`, EINVAL on a file system that cannot
  public static boolean renameToNew(Path from, Path to) throws ErrnoException {
    NativeBuffer source = NativeBuffer.ofString(from.toString());
    NativeBuffer target = NativeBuffer.ofString(to.toString());
    long result =
        Libc.syscall(
            SyscallNumber.RENAMEAT2,
            FileStatus.AT_FDCWD,
            source.address(),
            FileStatus.AT_FDCWD,
            target.address(),
            RENAME_NOREPLACE);
    Libc.keep(source, target);
    if (result < 0 && result != -Errno.EEXIST) {
      throw new ErrnoException(
          "renameat2("
              + Quoted.of(from.toString())
              + ", "
              + Quoted.of(to.toString())
              + ", RENAME_NOREPLACE)",
          (int) -result);
    }
    return result == 0;
  }

  private static void write(Fd descriptor, byte[] content, int offset, int length)
      throws ErrnoException {
    NativeBuffer chunk = NativeBuffer.allocate(Math.min(length, CHUNK));
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, CHUNK);
      chunk.bytes().put(0, content, offset + done, part);
      writeChunk(descriptor, chunk, part);
      done += part;
    }
  }

  private static void writeChunk(Fd descriptor, NativeBuffer chunk, int length)
      throws ErrnoException {
    for (int done = 0; done < length; ) {
      long count =
          Libc.syscall(
              SyscallNumber.WRITE, descriptor.number(), chunk.address() + done, length - done);
      Libc.keep(chunk);
      if (count != -Errno.EINTR) {
        check(count, "write", descriptor);
        done += (int) count;
      }
    }
  }

  private static int readInto(Fd descriptor, NativeBuffer chunk, int length) throws ErrnoException {
    while (true) {
      long count = Libc.syscall(SyscallNumber.READ, descriptor.number(), chunk.address(), length);
      Libc.keep(chunk);
      if (count != -Errno.EINTR) {
        check(count, "read", descriptor);
        return (int) count;
      }
    }
  }

  private static long copyByFileRange(Fd from, Fd to, long bytes) {
    long copied = 0;
    while (copied < bytes) {
      long count =
          Libc.syscall(
              SyscallNumber.COPY_FILE_RANGE,
              from.number(),
              0,
              to.number(),
              0,
              Math.min(bytes - copied, Integer.MAX_VALUE),
              0);
      if (count <= 0) {
        break;
      }
      copied += count;
    }
    return copied;
  }

  private static long copyBySendfile(Fd from, Fd to, long bytes) {
    long copied = 0;
    while (copied < bytes) {
      long limit = Math.min(bytes - copied, Integer.MAX_VALUE);
      long count = Libc.syscall(SyscallNumber.SENDFILE, to.number(), from.number(), 0, limit);
      if (count <= 0) {
        break;
      }
      copied += count;
    }
    return copied;
  }

  private static long copyByReading(Fd from, Fd to, long bytes) throws ErrnoException {
    if (bytes <= 0) {
      return 0;
    }
    NativeBuffer chunk = NativeBuffer.allocate((int) Math.min(bytes, CHUNK));
    long copied = 0;
    while (copied < bytes) {
      int count = readInto(from, chunk, (int) Math.min(bytes - copied, CHUNK));
      if (count == 0) {
        break;
      }
      writeChunk(to, chunk, count);
      copied += count;
    }
    return copied;
  }

  private static void check(long result, String call, Fd descriptor) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(call + "(" + descriptor.number() + ")", (int) -result);
    }
  }
}
