package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.clock.MonotonicClock;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.process.ProcessStat;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.host.Log;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.recovery.MonitorEnd;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.time.Duration;

/// The machine's power button, which asks a guest to stop.
///
/// A monitor that is paused or stopped cannot take the request. Engines send the signal first and
/// let the container go on afterwards, so the request is kept in the state, and delivered by the
/// command that lets the monitor go on. Its control socket would not keep it, because a monitor
/// that finds a closed connection drops what came through it.
final class PowerButton {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final char STOPPED = 'T';

  private final StateDirectory directory;
  private final Log log;
  private final MonotonicClock clock;

  PowerButton(Container container) {
    this.directory = container.directory();
    this.log = container.caller().log();
    this.clock = container.caller().node().monotonic();
  }

  /// Asks the guest to stop, now or as soon as it can hear it.
  ///
  /// @param record as it is now
  /// @param pidfd of the monitor
  void press(ContainerRecord record, Pidfd pidfd) throws IOException {
    if (isHalted(record)) {
      try {
        Files.createFile(directory.stopRequest());
      } catch (FileAlreadyExistsException _) {
        // asked before
      }
      log.info("the monitor is halted; urunj asks it to power down as soon as it continues");
      ContainerRecord now = directory.record();
      if (now == null || isHalted(now)) {
        return; // else it was resumed while this was written, and the resume may not have seen it
      }
      deliver(now);
    } else {
      pressNow(record, pidfd);
    }
  }

  /// Delivers a kept request, if there is one, to a monitor that runs again. Of two commands only
  /// the one that removes the file delivers it, because a program may treat a second request as an
  /// order to hurry.
  void deliver(ContainerRecord record) throws IOException {
    ProcessIdentity process = record.process();
    if (process == null || !Files.deleteIfExists(directory.stopRequest())) {
      return;
    }
    try (Pidfd pidfd = Pidfd.open(process)) {
      if (pidfd != null) {
        pressNow(record, pidfd);
      }
    }
  }

  /// By pause, or by a STOP signal that came by us or from elsewhere.
  private static boolean isHalted(ContainerRecord record) throws IOException {
    ProcessIdentity process = record.process();
    if (record.status() == Status.PAUSED || process == null) {
      return process != null;
    }
    ProcessStat stat = ProcessStat.read(process.pid());
    return stat != null && stat.state() == STOPPED;
  }

  /// A monitor that does not take the request gets a SIGTERM, which ends it in good order.
  private void pressNow(ContainerRecord record, Pidfd pidfd) throws IOException {
    Deadline deadline = Deadline.after(clock, TIMEOUT);
    try (HostedMonitor monitor = new HostedMonitor(directory, record, TIMEOUT);
        Control control = monitor.control(deadline)) {
      control.askToStop();
    } catch (IOException e) {
      if (pidfd.awaitExit(Duration.ZERO)) {
        return;
      }
      log.warn("the monitor did not take the request to power down: " + e.getMessage());
      MonitorEnd.signal(pidfd, Signals.TERM);
    }
  }
}
