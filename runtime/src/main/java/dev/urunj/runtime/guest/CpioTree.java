package dev.urunj.runtime.guest;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Reads the names of the directories and symbolic links of "newc" archives, one behind the other,
/// as the kernel unpacks them. The image's author may have written anything.
final class CpioTree {
  /// In the place of a link's target.
  static final String DIRECTORY = "";

  private static final int HEADER = 110;
  private static final int MODE = 6 + 8;
  private static final int SIZE = 6 + 6 * 8;
  private static final int NAME_SIZE = 6 + 11 * 8;
  private static final int PATH_BYTES = 4096; // PATH_MAX, uapi/linux/limits.h
  private static final int MOST = 100_000; // of directories and links

  private final InputStream in;
  private final long limitBytes;
  private final Map<String, String> entries = new HashMap<>();
  private final byte[] header = new byte[HEADER];
  private long at;

  CpioTree(InputStream in, long limitBytes) {
    this.in = in;
    this.limitBytes = limitBytes;
    entries.put("", DIRECTORY);
  }

  /// By path, without slashes at its ends: what a link leads to, or [#DIRECTORY].
  Map<String, String> entries() {
    return entries;
  }

  /// Reads all of it.
  ///
  /// @return whether it was understood: false for anything that is no such archive or too large
  boolean read() throws IOException {
    try {
      while (at <= limitBytes && entries.size() < MOST) {
        int first = in.read();
        at++;
        if (first < 0) {
          return true;
        }
        if (first != 0 && (first != '0' || !entry(first))) {
          return false;
        }
      }
      return false;
    } catch (EOFException _) {
      return true; // cut off: there is no more of it in the guest either
    }
  }

  private boolean entry(int first) throws IOException {
    header[0] = (byte) first;
    fill(header, 1);
    if (at % 4 != HEADER % 4 || !isMagic()) {
      return false;
    }
    long mode = number(MODE);
    long size = number(SIZE);
    long nameSize = number(NAME_SIZE);
    if (mode < 0 || size < 0 || nameSize < 1 || nameSize > PATH_BYTES) {
      return false;
    }
    long type = mode & 0170000;
    if (type != Cpio.DIRECTORY && type != Cpio.SYMLINK) {
      skip(nameSize);
      align();
    } else {
      String name = text((int) nameSize - 1);
      skip(1);
      align();
      if (type == Cpio.DIRECTORY) {
        entries.put(clean(name), DIRECTORY);
      } else if (size > 0 && size < PATH_BYTES) {
        entries.put(clean(name), text((int) size));
        size = 0;
      }
    }
    skip(size);
    align();
    return true;
  }

  /// "070701", or "070702" with a checksum that the kernel knows as well.
  private boolean isMagic() {
    return header[0] == '0'
        && header[1] == '7'
        && header[2] == '0'
        && header[3] == '7'
        && header[4] == '0'
        && (header[5] == '1' || header[5] == '2');
  }

  /// @return -1 when it is none
  private long number(int from) {
    long number = 0;
    for (int i = from; i < from + 8; i++) {
      int digit = Character.digit(header[i], 16);
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }

  private String text(int length) throws IOException {
    byte[] bytes = new byte[length];
    fill(bytes, 0);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String clean(String name) {
    StringBuilder clean = new StringBuilder();
    for (int from = 0; from <= name.length(); ) {
      int slash = name.indexOf('/', from);
      int end = slash < 0 ? name.length() : slash;
      if (end > from && !(end == from + 1 && name.charAt(from) == '.')) {
        clean.append(clean.isEmpty() ? "" : "/").append(name, from, end);
      }
      from = end + 1;
    }
    return clean.toString();
  }

  private void fill(byte[] bytes, int from) throws IOException {
    if (in.readNBytes(bytes, from, bytes.length - from) < bytes.length - from) {
      throw new EOFException();
    }
    at += bytes.length - from;
  }

  private void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
    at += bytes;
  }

  private void align() throws IOException {
    skip(-at & 3);
  }
}
