package dev.urunj.linux.process;

import java.io.File;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What `/proc/PID/stat` tells of a process, proc_pid_stat(5). Pure Java, so reading it costs a
/// cold JVM no native binding.
public final class ProcessStat {
  private final char state;
  private final int parent;
  private final long startTime;

  private ProcessStat(char state, int parent, long startTime) {
    this.state = state;
    this.parent = parent;
    this.startTime = startTime;
  }

  /// Reads it now.
  ///
  /// @return null when there is no such process, and for every number that is no process id: 0 and
  ///   less
  /// @throws IOException when it exists and cannot be read, which must not look like its end
  public static @Nullable ProcessStat read(int pid) throws IOException {
    if (pid <= 0) {
      return null;
    }
    String directory = "/proc/" + pid;
    try {
      return parse(ProcFile.read(directory + "/stat"));
    } catch (IOException e) {
      if (new File(directory).exists()) {
        throw e;
      }
      return null;
    }
  }

  /// Parses the line of a process.
  ///
  /// @param line `PID (NAME) STATE PARENT …`; NAME may hold blanks and parentheses, so the last
  ///   closing one counts
  static ProcessStat parse(String line) throws IOException {
    int nameEnd = line.lastIndexOf(')');
    // 1: state, 2: parent, 20: start time, counted from the name's end
    String[] fields = nameEnd < 0 ? new String[0] : line.substring(nameEnd + 1).split(" ");
    if (fields.length < 21 || fields[1].length() != 1) {
      throw new IOException("not a line of /proc/PID/stat: too few fields");
    }
    try {
      return new ProcessStat(
          fields[1].charAt(0), Integer.parseInt(fields[2]), Long.parseLong(fields[20]));
    } catch (NumberFormatException e) {
      throw new IOException("not a line of /proc/PID/stat: expected numbers", e);
    }
  }

  /// `R` running, `S` sleeping, `D` waiting for a disk, `T` stopped, `t` traced, `Z` zombie, `X`
  /// dead, `I` idle.
  public char state() {
    return state;
  }

  /// The parent's process id; 0 when it is outside of this PID namespace.
  int parent() {
    return parent;
  }

  /// In clock ticks (1/100 s) since boot.
  public long startTime() {
    return startTime;
  }

  /// Whether it has ended and only its exit status is left.
  public boolean isZombie() {
    return state == 'Z' || state == 'X' || state == 'x';
  }
}
