package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Writes cpio archives of the kind the kernel unpacks as initramfs ("newc", a 110 byte header of
/// hexadecimal digits, name and data padded to 4 bytes;
/// Documentation/driver-api/early-userspace/buffer-format.rst). They begin where the output stands,
/// which must be a multiple of 4.
final class Cpio {
  static final int DIRECTORY = 0040000;
  static final int REGULAR = 0100000;
  static final int SYMLINK = 0120000;

  /// An id that changes no owner, chown(2): (uid_t) -1.
  static final long SAME_OWNER = 0xffffffffL;

  /// PATH_MAX and NAME_MAX of include/uapi/linux/limits.h; the kernel skips a longer name silently.
  private static final int PATH_BYTES = 4096;

  private static final int NAME_BYTES = 255;
  private static final int HEADER = 110;
  private static final int SIZE_FIELD = 6 + 6 * 8;
  private static final int BUFFER = 64 * 1024;
  private static final String TRAILER = "TRAILER!!!";
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final ArchiveOutput out;
  private final long limitBytes;
  private final int limitEntries;
  private byte[] buffer = new byte[0];
  private long written;
  private int entries;

  /// Archives that are written as they grow.
  ///
  /// @param limitBytes the size of all of them at most, trailers and padding included
  Cpio(ArchiveOutput out, long limitBytes, int limitEntries) {
    this.out = out;
    this.limitBytes = limitBytes;
    this.limitEntries = limitEntries;
  }

  /// Where the content of a file comes from.
  interface Content {
    /// Reads at most `length` bytes to the beginning of an array.
    ///
    /// @return how many; 0 at the end
    int read(byte[] into, int length) throws IOException;
  }

  /// A state to come back to.
  record Mark(long position, long written, int entries) {}

  Mark mark() {
    return new Mark(out.position(), written, entries);
  }

  /// Forgets the entries that were written since.
  void rewind(Mark mark) throws IOException {
    out.rewind(mark.position);
    written = mark.written;
    entries = mark.entries;
  }

  long written() {
    return written;
  }

  void directory(String path, int mode, long uid, long gid) throws IOException {
    directory(name(path), mode, uid, gid);
  }

  void file(String path, int mode, long uid, long gid, byte[] content) throws IOException {
    file(name(path), mode, uid, gid, content);
  }

  void symlink(byte[] path, byte[] target, long uid, long gid) throws IOException {
    if (target.length == 0 || target.length >= PATH_BYTES) {
      throw new IOException("symbolic link of " + target.length + " bytes; expected 1 to 4095");
    }
    header(path, SYMLINK | 0777, uid, gid, target.length);
    out.write(target, 0, target.length);
    pad(target.length);
  }

  /// An entry whose name is made of bytes that a file system gave.
  void file(byte[] name, int mode, long uid, long gid, byte[] content) throws IOException {
    header(name, REGULAR | (mode & 07777), uid, gid, content.length);
    out.write(content, 0, content.length);
    pad(content.length);
  }

  /// The same, with content that is read while it is written: at most `size` bytes, or as many as
  /// there are.
  void file(byte[] name, int mode, long uid, long gid, Content content, long size)
      throws IOException {
    long start = out.position();
    header(name, REGULAR | (mode & 07777), uid, gid, size);
    buffer = buffer.length == BUFFER ? buffer : new byte[BUFFER];
    long left = size;
    while (left > 0) {
      int n = content.read(buffer, (int) Math.min(left, BUFFER));
      if (n == 0) {
        break;
      }
      out.write(buffer, 0, n);
      left -= n;
    }
    pad(size - left);
    if (left > 0) {
      out.patch(start + SIZE_FIELD, hexadecimal(size - left));
      written -= padded(size) - padded(size - left);
    }
  }

  void directory(byte[] name, int mode, long uid, long gid) throws IOException {
    header(name, DIRECTORY | (mode & 07777), uid, gid, 0);
  }

  /// Ends an archive; another one may follow.
  void trailer() throws IOException {
    entries--; // the trailer is no entry
    header(TRAILER.getBytes(StandardCharsets.US_ASCII), 0, 0, 0, 0);
  }

  /// The archive's name of an absolute guest path: without the leading slash.
  static byte[] name(String path) throws IOException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < 2 || bytes[0] != '/' || bytes.length > PATH_BYTES) {
      throw refused(path);
    }
    int start = 1;
    for (int i = 1; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        int length = i - start;
        boolean dots =
            (length == 1 && bytes[start] == '.')
                || (length == 2 && bytes[start] == '.' && bytes[start + 1] == '.');
        if (length == 0 || length > NAME_BYTES || dots) {
          throw refused(path);
        }
        start = i + 1;
      } else if (bytes[i] == 0) {
        throw refused(path);
      }
    }
    byte[] name = new byte[bytes.length - 1];
    System.arraycopy(bytes, 1, name, 0, name.length);
    return name;
  }

  private static IOException refused(String path) {
    return new IOException(
        "guest path "
            + Quoted.of(path)
            + ": expected an absolute path of at most 4095 bytes without empty, . or .. components");
  }

  private void header(byte[] name, int mode, long uid, long gid, long size) throws IOException {
    if (name.length >= PATH_BYTES) {
      throw new IOException("path of " + name.length + " bytes; expected at most 4095");
    }
    long total = padded(HEADER + name.length + 1L) + padded(size);
    if (size > 0xffffffffL || written + total > limitBytes || entries >= limitEntries) {
      throw new IOException(
          mebibytes(written + total)
              + " MiB in "
              + (entries + 1)
              + " files do not fit the guest; expected at most "
              + mebibytes(limitBytes)
              + " MiB and "
              + limitEntries
              + " files");
    }
    entries++;
    byte[] header = new byte[(int) padded(HEADER + name.length + 1L)];
    System.arraycopy("070701".getBytes(StandardCharsets.US_ASCII), 0, header, 0, 6);
    boolean directory = (mode & 0170000) == DIRECTORY;
    // Inode numbers only tie hard links together, and there are none, so the link count is 1 (2 for
    // "." too).
    long[] fields = {entries, mode, uid, gid, directory ? 2 : 1, 0, size, 0, 0, 0, 0, 0, 0};
    fields[11] = name.length + 1L;
    for (int i = 0; i < fields.length; i++) {
      System.arraycopy(hexadecimal(fields[i]), 0, header, 6 + 8 * i, 8);
    }
    System.arraycopy(name, 0, header, HEADER, name.length);
    out.write(header, 0, header.length);
    written += total;
  }

  private static byte[] hexadecimal(long value) {
    byte[] digits = new byte[8];
    for (int digit = 0; digit < 8; digit++) {
      digits[digit] = DIGITS[(int) (value >>> (28 - 4 * digit)) & 15];
    }
    return digits;
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  private static long padded(long size) {
    return (size + 3) & ~3L;
  }

  private void pad(long size) throws IOException {
    out.write(new byte[3], 0, (int) (padded(size) - size));
  }
}
