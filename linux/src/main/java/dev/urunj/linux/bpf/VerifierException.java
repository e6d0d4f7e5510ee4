package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.ErrnoException;

/// A program that the kernel's verifier refused. The message is one line, with the verifier's last
/// word; [#log] is all that it said. `bpf(BPF_PROG_LOAD, "from_net") = -1 EACCES (Permission
/// denied): R0 !read_ok`
public final class VerifierException extends ErrnoException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_LINE = 200;

  private final String log;

  VerifierException(String call, int errno, String log) {
    super(call, errno, lastWord(log));
    this.log = log;
  }

  /// Every line of the verifier's log, without the zero byte at its end.
  public String log() {
    return log;
  }

  /// The last line that is neither empty nor statistics, which come last.
  private static String lastWord(String log) {
    int end = log.length();
    while (end > 0) {
      int begin = log.lastIndexOf('\n', end - 1) + 1;
      String line = log.substring(begin, end).strip();
      boolean statistics =
          line.startsWith("processed ")
              || line.startsWith("verification time ")
              || line.startsWith("stack depth ");
      if (!line.isEmpty() && !statistics) {
        return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "..." : line;
      }
      end = Math.max(0, begin - 1);
    }
    return "";
  }
}
