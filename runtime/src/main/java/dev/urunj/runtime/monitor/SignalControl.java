package dev.urunj.runtime.monitor;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.oci.Signals;
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

  /// A monitor that cannot hear the signal is killed, because the caller would else wait for its
  /// whole grace.
  @Override
  public void askToStop() throws IOException {
    process.signal(process.hears(stop) ? stop : Signals.KILL);
  }

  /// Owns nothing.
  @Override
  public void close() {}
}
