package dev.urunj.runtime.oci;

import java.util.Locale;

/// Signals by name or number, as `runc kill` takes them: `TERM`, `SIGTERM`, `15`, `RTMIN+3`.
public final class Signals {
  public static final int NONE = 0;
  public static final int INT = 2;
  public static final int QUIT = 3;
  public static final int KILL = 9;
  public static final int TERM = 15;
  public static final int CONT = 18;
  public static final int STOP = 19;
  public static final int TSTP = 20;
  public static final int PWR = 30;

  private static final int REALTIME_MIN = 34; // SIGRTMIN as glibc counts, which callers speak
  private static final int MAX = 64;

  /// signal(7), x86-64 and aarch64; the index is the number.
  private static final String[] NAMES = {
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  private Signals() {}

  /// The number of a signal.
  ///
  /// @throws BadInputException when there is no such signal
  public static int parse(String text) throws BadInputException {
    String word = text.toUpperCase(Locale.ROOT);
    if (word.startsWith("SIG")) {
      word = word.substring(3);
    }
    int number = isDigits(word) ? Integer.parseInt(word) : byName(word);
    if (number < 0 || number > MAX) {
      throw new BadInputException(
          "kill",
          "signal",
          BadInputException.quote(text) + " is unknown",
          "a name or number of signal(7)");
    }
    return number;
  }

  /// Whether a signal asks a program to end in good order. Images choose among these with their
  /// stop signal (nginx QUIT, systemd RTMIN+3).
  public static boolean asksToStop(int signal) {
    return signal == TERM
        || signal == INT
        || signal == QUIT
        || signal == PWR
        || signal == REALTIME_MIN + 3;
  }

  /// Whether a signal acts on a process without its consent. Such signals go to the monitor itself.
  public static boolean isForTheKernel(int signal) {
    return signal == KILL || signal == STOP || signal == CONT || signal == TSTP;
  }

  private static boolean isDigits(String word) {
    if (word.isEmpty() || word.length() > 3) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) < '0' || word.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static int byName(String word) {
    for (int number = 1; number < NAMES.length; number++) {
      if (NAMES[number].equals(word)) {
        return number;
      }
    }
    if (word.equals("RTMIN")) {
      return REALTIME_MIN;
    }
    if (word.equals("RTMAX")) {
      return MAX;
    }
    if (word.startsWith("RTMIN+") && isDigits(word.substring(6))) {
      return REALTIME_MIN + Integer.parseInt(word.substring(6));
    }
    if (word.startsWith("RTMAX-") && isDigits(word.substring(6))) {
      int number = MAX - Integer.parseInt(word.substring(6));
      return number < REALTIME_MIN ? -1 : number;
    }
    return -1;
  }
}
