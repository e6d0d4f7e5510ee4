package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// How many CPUs this machine may ever have, because a per-CPU map has a value for each.
final class PossibleCpus {
  private static final String FILE = "/sys/devices/system/cpu/possible";

  private PossibleCpus() {}

  static int count() throws ErrnoException {
    String list;
    try (FileInputStream in = new FileInputStream(FILE)) {
      list = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw unreadable(e);
    }
    try {
      return count(list.strip());
    } catch (NumberFormatException e) {
      throw unreadable(e);
    }
  }

  /// `0-3,8` → 5; Documentation/admin-guide/cputopology.rst.
  static int count(String list) {
    int count = 0;
    for (int at = 0; at < list.length(); ) {
      int comma = list.indexOf(',', at);
      int end = comma < 0 ? list.length() : comma;
      int dash = list.indexOf('-', at);
      boolean range = dash >= 0 && dash < end;
      int first = Integer.parseInt(list.substring(at, range ? dash : end));
      int last = range ? Integer.parseInt(list.substring(dash + 1, end)) : first;
      count += last - first + 1;
      at = end + 1;
    }
    if (count < 1) {
      throw new NumberFormatException("no CPU in \"" + list + "\"");
    }
    return count;
  }

  private static ErrnoException unreadable(Exception cause) {
    ErrnoException e = new ErrnoException("read(\"" + FILE + "\")", Errno.EIO);
    e.initCause(cause);
    return e;
  }
}
