package dev.urunj.runtime.monitor;

import dev.urunj.linux.clock.Deadline;
import java.io.IOException;

/// A monitor's process, as a [Control] sees it. Used by one thread at a time.
public interface MonitorProcess {
  /// The connection to the monitor's control socket, which becomes the caller's.
  ///
  /// @throws IOException when the monitor has none, see [Requirements#hasControlSocket]
  ControlChannel channel() throws IOException;

  /// Waits until the process executes the monitor's program.
  ///
  /// @throws IOException when it ends or the deadline passes before
  void awaitExecuted(Deadline deadline) throws IOException;

  /// Sends a signal of signal(7). A process that has ended gets none, which is no error.
  void signal(int number) throws IOException;

  /// Whether the kernel delivers such a signal to it. To process 1 of a PID namespace it delivers
  /// none for which the process has no handler, pid_namespaces(7).
  boolean hears(int number) throws IOException;
}
