package dev.urunj.linux.process;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Which process it is, because a number alone soon means another one.
///
/// @param pid in this process's PID namespace
/// @param startTime clock ticks since boot, as in `/proc/PID/stat`
/// @param bootId of the kernel that runs it, see [BootId]
public record ProcessIdentity(int pid, long startTime, String bootId) {
  /// Of the process that has the number now. Pure Java.
  ///
  /// @return null when there is none, and for 0 and less
  public static @Nullable ProcessIdentity of(int pid) throws IOException {
    ProcessStat stat = ProcessStat.read(pid);
    return stat == null ? null : new ProcessIdentity(pid, stat.startTime(), BootId.read());
  }

  /// Whether this very process still runs: a zombie does not, nor does another process with its
  /// number. Pure Java.
  public boolean isAlive() throws IOException {
    ProcessStat stat = current();
    return stat != null && !stat.isZombie();
  }

  /// This very process now, as a zombie too; null when it is gone.
  @Nullable ProcessStat current() throws IOException {
    ProcessStat stat = ProcessStat.read(pid);
    boolean same = stat != null && stat.startTime() == startTime && BootId.read().equals(bootId);
    return same ? stat : null;
  }
}
