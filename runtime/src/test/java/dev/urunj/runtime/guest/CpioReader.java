package dev.urunj.runtime.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/// Reads "newc" archives as the kernel does: several in a row, zeros between them.
final class CpioReader {
  private CpioReader() {}

  record Entry(String name, int mode, long uid, long gid, String content) {
    @Override
    public String toString() {
      return name + " " + Integer.toOctalString(mode) + " " + uid + ":" + gid + " " + content;
    }
  }

  static List<Entry> read(byte[] archive) {
    List<Entry> entries = new ArrayList<>();
    int at = 0;
    while (at < archive.length) {
      if (archive[at] == 0) {
        at++;
        continue;
      }
      if (at % 4 != 0 || !new String(archive, at, 6, UTF_8).equals("070701")) {
        throw new AssertionError("no header at " + at);
      }
      int nameSize = (int) field(archive, at, 11);
      int size = (int) field(archive, at, 6);
      String name = new String(archive, at + 110, nameSize - 1, UTF_8);
      int data = (at + 110 + nameSize + 3) & ~3;
      if (!name.equals("TRAILER!!!")) {
        entries.add(
            new Entry(
                name,
                (int) field(archive, at, 1),
                field(archive, at, 2),
                field(archive, at, 3),
                new String(archive, data, size, UTF_8)));
      }
      at = (data + size + 3) & ~3;
    }
    return entries;
  }

  private static long field(byte[] archive, int at, int index) {
    return Long.parseLong(new String(archive, at + 6 + 8 * index, 8, UTF_8), 16);
  }
}
