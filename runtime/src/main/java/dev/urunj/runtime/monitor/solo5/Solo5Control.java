package dev.urunj.runtime.monitor.solo5;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.MonitorProcess;
import dev.urunj.runtime.oci.Signals;
import java.io.IOException;
import java.time.Duration;

/// A tender has no control socket, and its guests know no request to stop.
///
/// hvt ends on SIGTERM. spt has no handler, so the kernel does not deliver that signal to it where
/// it is process 1 of its PID namespace, pid_namespaces(7). A caller would wait for its whole grace
/// then, so a tender that goes on is killed.
final class Solo5Control implements Control {
  /// hvt ends within 7 ms.
  private static final Duration GRACE = Duration.ofMillis(200);

  private final MonitorProcess process;
  private final Deadline deadline;

  Solo5Control(MonitorProcess process, Deadline deadline) {
    this.process = process;
    this.deadline = deadline;
  }

  @Override
  public void awaitRunning() throws IOException {
    process.awaitExecuted(deadline);
  }

  @Override
  public void askToStop() throws IOException {
    process.signal(Signals.TERM);
    if (!process.awaitEnd(GRACE)) {
      process.signal(Signals.KILL);
    }
  }

  /// Owns nothing.
  @Override
  public void close() {}
}
