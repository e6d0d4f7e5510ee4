package dev.urunj.linux.process;

import java.io.IOException;

/// Which signals the kernel delivers to a process, by its `/proc/PID/status`, proc_pid_status(5).
public final class SignalDelivery {
  private static final String IDS = "NSpid:";
  private static final String CAUGHT = "SigCgt:";

  private SignalDelivery() {}

  /// Whether a signal that has a default effect reaches the process. To process 1 of a PID
  /// namespace the kernel delivers none without a handler, but SIGKILL and SIGSTOP from outside,
  /// pid_namespaces(7).
  ///
  /// @param pid of a living process, as this process sees it
  /// @param signal of signal(7), 1 to 64
  /// @throws IOException when the file cannot be read, for example because the process has ended
  public static boolean reaches(int pid, int signal) throws IOException {
    return reaches(ProcFile.read("/proc/" + pid + "/status"), signal);
  }

  /// By the content of the file.
  static boolean reaches(String status, int signal) throws IOException {
    return !field(status, IDS).endsWith("\t1") || isCaught(field(status, CAUGHT), signal);
  }

  /// @param mask hexadecimal, bit N-1 for signal N
  private static boolean isCaught(String mask, int signal) throws IOException {
    try {
      return (Long.parseUnsignedLong(mask.strip(), 16) >>> (signal - 1) & 1) == 1;
    } catch (NumberFormatException e) {
      throw new IOException("not a mask of /proc/PID/status: expected a number", e);
    }
  }

  /// What stands behind a name, with the tabulator.
  private static String field(String status, String name) throws IOException {
    int at = status.indexOf('\n' + name);
    int end = status.indexOf('\n', at + 1);
    if (at < 0 || end < 0) {
      throw new IOException("not a file /proc/PID/status: has no line " + name);
    }
    return status.substring(at + 1 + name.length(), end);
  }
}
