package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Writes a cpio archive of the kind the kernel unpacks as initramfs ("newc", a 110 byte header of
/// hexadecimal digits, name and data padded to 4 bytes;
/// Documentation/driver-api/early-userspace/buffer-format.rst). Does not close the stream.
final class Cpio {
  static final int DIRECTORY = 0040000;
  static final int REGULAR = 0100000;
  static final int SYMLINK = 0120000;

  /// PATH_MAX and NAME_MAX of include/uapi/linux/limits.h; the kernel skips a longer name silently.
  private static final int PATH_BYTES = 4096;

  private static final int NAME_BYTES = 255;
  private static final String TRAILER = "TRAILER!!!";
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;
  private final long limitBytes;
  private final int limitEntries;
  private long written;
  private int entries;

  /// An archive that is written as it grows.
  ///
  /// @param limitBytes the archive's size at most, trailer and padding included
  Cpio(OutputStream out, long limitBytes, int limitEntries) {
    this.out = out;
    this.limitBytes = limitBytes;
    this.limitEntries = limitEntries;
  }

  long written() {
    return written;
  }

  void directory(String path, int mode, long uid, long gid) throws IOException {
    header(name(path), DIRECTORY | (mode & 07777), uid, gid, 0);
  }

  void file(String path, int mode, long uid, long gid, byte[] content) throws IOException {
    header(name(path), REGULAR | (mode & 07777), uid, gid, content.length);
    out.write(content);
    pad(content.length);
  }

  void symlink(byte[] path, byte[] target, long uid, long gid) throws IOException {
    if (target.length == 0 || target.length >= PATH_BYTES) {
      throw new IOException("symbolic link of " + target.length + " bytes; expected 1 to 4095");
    }
    header(path, SYMLINK | 0777, uid, gid, target.length);
    out.write(target);
    pad(target.length);
  }

  /// An entry whose name is made of bytes that a file system gave, with `size` bytes of `in`.
  ///
  /// @throws IOException when `in` ends before
  void file(byte[] name, int mode, long uid, long gid, InputStream in, long size)
      throws IOException {
    header(name, REGULAR | (mode & 07777), uid, gid, size);
    byte[] buffer = new byte[(int) Math.min(64 * 1024, Math.max(1, size))];
    for (long left = size; left > 0; ) {
      int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (n < 0) {
        throw new IOException("became shorter while it was read");
      }
      out.write(buffer, 0, n);
      left -= n;
    }
    pad(size);
  }

  void directory(byte[] name, int mode, long uid, long gid) throws IOException {
    header(name, DIRECTORY | (mode & 07777), uid, gid, 0);
  }

  /// Ends the archive; another one may follow on the same stream.
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
    long total = padded(110 + name.length + 1L) + padded(size);
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
    byte[] header = new byte[(int) padded(110 + name.length + 1L)];
    System.arraycopy("070701".getBytes(StandardCharsets.US_ASCII), 0, header, 0, 6);
    boolean directory = (mode & 0170000) == DIRECTORY;
    // Inode numbers only tie hard links together, and there are none: link count 1 (2 for "." too).
    long[] fields = {entries, mode, uid, gid, directory ? 2 : 1, 0, size, 0, 0, 0, 0, 0, 0};
    fields[11] = name.length + 1L;
    for (int i = 0; i < fields.length; i++) {
      for (int digit = 0; digit < 8; digit++) {
        header[6 + 8 * i + digit] = DIGITS[(int) (fields[i] >>> (28 - 4 * digit)) & 15];
      }
    }
    System.arraycopy(name, 0, header, 110, name.length);
    out.write(header);
    written += total;
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
