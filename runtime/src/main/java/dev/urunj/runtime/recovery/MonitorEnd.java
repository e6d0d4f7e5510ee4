package dev.urunj.runtime.recovery;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.Log;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.time.Duration;

/// The end of a monitor: signals that reach no other process, and the wait for its death.
public final class MonitorEnd {
  /// On a node with too much to do a monitor of little weight needs many seconds of waiting for the
  /// few milliseconds in which it dies.
  public static final Duration DEATH_TIMEOUT = Duration.ofSeconds(30);

  private MonitorEnd() {}

  /// Kills the monitor and waits until the last of its threads is gone, which on a busy node is
  /// long after it has become a zombie. The low-level runtime does not wait as long: it leaves the
  /// control groups, which are not empty yet, forgets the container, and calls that a success.
  static void of(HeldContainer held) throws IOException {
    ContainerRecord record = held.record();
    ProcessIdentity process = record.process();
    try (Pidfd pidfd = process == null ? null : Pidfd.open(process)) {
      if (pidfd == null || pidfd.awaitExit(Duration.ZERO)) {
        return;
      }
      signal(pidfd, Signals.KILL);
      if (record.status() == Status.PAUSED && record.monitor() != null) {
        thaw(held.lowLevel(), record.id(), held.caller().log());
      }
      awaitDeath(record, pidfd);
    }
  }

  /// Sends a signal. A process that has died meanwhile is success.
  public static void signal(Pidfd pidfd, int signal) throws IOException {
    try {
      pidfd.signal(signal);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
    }
  }

  /// With the version 1 freezer a process that is frozen does not even die. A refusal is not passed
  /// on, because a monitor that is recorded as paused may have died meanwhile, or may run, where a
  /// pause was killed. Needs no lock.
  ///
  /// @param runtime that executes the monitor
  /// @throws LowLevelException when the runtime hung
  public static void thaw(LowLevelRuntime runtime, String id, Log log) throws IOException {
    try {
      runtime.resume(id);
    } catch (LowLevelException e) {
      if (e.isOverdue()) {
        throw e;
      }
      log.debug("container \"" + id + "\": " + e.getMessage());
    }
  }

  /// Waits until a monitor that has its SIGKILL is dead.
  ///
  /// @throws ContainerException when it is not after 30 s
  public static void awaitDeath(ContainerRecord record, Pidfd pidfd) throws IOException {
    if (!pidfd.awaitExit(DEATH_TIMEOUT)) {
      throw new ContainerException(
          FailureKind.TIMED_OUT,
          "container \""
              + record.id()
              + "\": its monitor has not died "
              + DEATH_TIMEOUT.toSeconds()
              + " s after SIGKILL: it hangs in the kernel, or gets no time of a processor");
    }
  }
}
