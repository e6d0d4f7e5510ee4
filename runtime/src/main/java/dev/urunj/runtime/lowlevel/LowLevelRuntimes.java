package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.process.Inheritance;
import java.nio.file.Path;

/// What gives low-level runtimes to those who use one. Any thread.
public interface LowLevelRuntimes {
  /// The runtime for one monitor's container.
  ///
  /// @param program absolute path
  /// @param root the runtime's `--root`, made when missing; its parent directory exists
  /// @param systemdCgroup whether the runtime uses systemd's cgroup driver
  /// @param inheritance the environment and standard streams that it gets, of the caller's
  /// @param deadline after which none of its commands goes on
  LowLevelRuntime of(
      Path program, Path root, boolean systemdCgroup, Inheritance inheritance, Deadline deadline);
}
