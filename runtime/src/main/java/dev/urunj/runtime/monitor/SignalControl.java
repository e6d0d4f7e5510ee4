package dev.urunj.runtime.monitor;

import dev.urunj.linux.clock.Deadline;
import java.io.IOException;

/// The control of a monitor without a control socket. Such a monitor runs as soon as its program is
/// executed, and stops on a signal.
public final class SignalControl implements Control {
  private final MonitorProcess process;
  private final int stop;
  private final Deadline deadline;

  /// @param stop the signal of signal(7) that ends the monitor in good order
  public SignalControl(MonitorProcess process, int stop, Deadline deadline) {
    this.process = process;
    this.stop = stop;
    this.deadline = deadline;
  }

  @Override
  public void awaitRunning() throws IOException {
    process.awaitExecuted(deadline);
  }

  @Override
  public void askToStop() throws IOException {
    process.signal(stop);
  }

  /// Owns nothing.
  @Override
  public void close() {}
}
