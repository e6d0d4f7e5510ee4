package dev.urunj.runtime.guest;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileReader;
import dev.urunj.linux.file.FoundFile;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The directories and symbolic links of an initrd that is a "newc" archive, plain or by gzip. Any
/// other is unknown, because the kernel has five more compressions and the JDK has none of them.
final class ImageTree {
  /// Nothing is known of it.
  static final ImageTree UNKNOWN = new ImageTree(null);

  private static final int CHUNK = 64 * 1024;
  private static final int LINKS = 40; // MAXSYMLINKS, include/linux/namei.h

  private final @Nullable Map<String, String> entries;

  /// @param entries see [CpioTree#entries()]
  private ImageTree(@Nullable Map<String, String> entries) {
    this.entries = entries;
  }

  /// Looks into an initrd.
  ///
  /// @param limitBytes what is unpacked of it at most; a guest with less memory cannot hold it
  static ImageTree read(Path image, long limitBytes) throws IOException {
    try (FoundFile found = FoundFile.withoutLinks(image)) {
      if (!found.status().isRegular()) {
        return UNKNOWN;
      }
      try (Fd open = found.open()) {
        InputStream plain = new BufferedInputStream(bytes(open), CHUNK);
        plain.mark(2);
        boolean gzip = plain.read() == 0x1f && plain.read() == 0x8b;
        plain.reset();
        InputStream in = gzip ? new GZIPInputStream(plain, CHUNK) : plain;
        CpioTree archive = new CpioTree(in, limitBytes);
        return archive.read() ? new ImageTree(archive.entries()) : UNKNOWN;
      } catch (ZipException | EOFException _) {
        return UNKNOWN; // the guest's kernel will report the error
      }
    }
  }

  private static InputStream bytes(Fd open) {
    FileReader reader = new FileReader();
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int count = reader.read(open, into, offset, length);
        return count == 0 && length > 0 ? -1 : count;
      }
    };
  }

  boolean isKnown() {
    return entries != null;
  }

  /// The directories that are to be made for a path to be one, each after what is above it, links
  /// of the image followed. Of an unknown image the path itself.
  List<String> missing(String path) {
    if (entries == null) {
      return List.of(path);
    }
    List<String> missing = new ArrayList<>();
    Deque<String> ahead = new ArrayDeque<>();
    push(ahead, path);
    String here = "";
    int links = 0;
    while (!ahead.isEmpty()) {
      String name = ahead.pop();
      if (name.equals("..")) {
        here = here.substring(0, Math.max(0, here.lastIndexOf('/')));
        continue;
      }
      String next = here.isEmpty() ? name : here + "/" + name;
      String known = entries.get(next);
      if (known == null) {
        missing.add("/" + next);
        here = next;
      } else if (known.equals(CpioTree.DIRECTORY)) {
        here = next;
      } else if (++links > LINKS) {
        return List.of(); // no more than the kernel can we
      } else {
        here = known.startsWith("/") ? "" : here;
        push(ahead, known);
      }
    }
    return missing;
  }

  private static void push(Deque<String> ahead, String path) {
    String[] names = path.split("/", -1);
    for (int i = names.length - 1; i >= 0; i--) {
      if (!names[i].isEmpty() && !names[i].equals(".")) {
        ahead.push(names[i]);
      }
    }
  }
}
