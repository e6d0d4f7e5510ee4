package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.process.SignalDelivery;
import dev.urunj.linux.tap.HeldTap;
import dev.urunj.runtime.host.Recorded;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.ControlChannel;
import dev.urunj.runtime.monitor.MonitorProcess;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.recovery.MonitorEnd;
import dev.urunj.runtime.registry.Registry;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The process of a container as its monitor, from the moment that start lets it go.
///
/// A connection to the control socket is queued here already, because the socket listens from
/// create on: the connection waits for a monitor that does not run yet, and ends with one that
/// never runs.
final class HostedMonitor implements MonitorProcess, AutoCloseable {
  /// A monitor opens its TAP some milliseconds after its exec.
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final ContainerRecord record;
  private final MonitorRecord monitor;
  private final ProcessIdentity process;
  private @Nullable ControlSocket queued;

  /// Of a container whose process exists.
  ///
  /// @param timeout of the connection to the control socket
  HostedMonitor(StateDirectory directory, ContainerRecord record, Duration timeout)
      throws IOException {
    this.record = record;
    this.monitor = Recorded.part(record.monitor(), record.id());
    this.process = Recorded.part(record.process(), record.id());
    this.queued = monitor.hasControlSocket() ? ControlSocket.queue(directory, timeout) : null;
  }

  /// Waits until the monitor holds its TAP, if it opens that by its name, and lets the TAP die with
  /// the monitor from then on. Only then is the container like any other, whose TAP needs no
  /// journal.
  ///
  /// @throws IOException when the monitor ends before, or the deadline passes
  void takeTap(Deadline deadline) throws IOException {
    if (TapAccess.of(monitor.tap()) != TapAccess.NAME) {
      return;
    }
    NetworkRecord network = Recorded.part(record.network(), record.id());
    String name = Recorded.part(network.tap(), record.id());
    try (Pidfd pidfd = open()) {
      while (!isTaken(pidfd, name, network)) {
        await(pidfd, deadline, "opened its TAP " + name);
      }
    }
  }

  /// Speaks with it.
  ///
  /// @param deadline of everything done with the conversation
  Control control(Deadline deadline) throws IOException {
    return Registry.monitor(monitor.kind()).control(this, deadline);
  }

  @Override
  public ControlChannel channel() throws IOException {
    ControlSocket socket = queued;
    if (socket == null) {
      throw new IOException("the monitor has no control socket, or its connection was taken");
    }
    queued = null;
    return socket;
  }

  @Override
  public void awaitExecuted(Deadline deadline) throws IOException {
    try (Pidfd pidfd = open()) {
      while (!executes()) {
        await(pidfd, deadline, "been executed");
      }
    }
  }

  @Override
  public void signal(int number) throws IOException {
    try (Pidfd pidfd = Pidfd.open(process)) {
      if (pidfd != null) {
        MonitorEnd.signal(pidfd, number);
      }
    }
  }

  /// One that has ended hears all, because a signal to it is no error.
  @Override
  public boolean hears(int number) throws IOException {
    try (Pidfd pidfd = Pidfd.open(process)) {
      if (pidfd == null) {
        return true;
      }
      boolean reached = true;
      try {
        reached = SignalDelivery.reaches(process.pid(), number);
      } catch (IOException e) {
        if (!pidfd.awaitExit(Duration.ZERO)) {
          throw e;
        }
      }
      return reached || pidfd.awaitExit(Duration.ZERO); // the number may be another's by now
    }
  }

  /// Closes a connection that was not taken.
  @Override
  public void close() throws IOException {
    if (queued != null) {
      queued.close();
    }
  }

  private Pidfd open() throws IOException {
    Pidfd pidfd = Pidfd.open(process);
    if (pidfd == null) {
      throw new IOException("the monitor has ended");
    }
    return pidfd;
  }

  private boolean isTaken(Pidfd pidfd, String name, NetworkRecord network) throws IOException {
    try (HeldTap tap = HeldTap.of(pidfd, process.pid(), name, network.namespace())) {
      if (tap == null) {
        return false;
      }
      tap.unpersist();
      return true;
    }
  }

  /// Both are looked at in the monitor's own root, because the node's file may be another by now.
  private boolean executes() throws IOException {
    Path proc = Path.of("/proc/" + process.pid());
    try {
      return Files.isSameFile(proc.resolve("exe"), Path.of(proc + "/root" + monitor.binary()));
    } catch (NoSuchFileException _) {
      return false; // it ends
    }
  }

  private static void await(Pidfd pidfd, Deadline deadline, String what) throws IOException {
    if (pidfd.awaitExit(PAUSE)) {
      throw new IOException("the monitor ended before it had " + what);
    }
    if (deadline.hasPassed()) {
      throw new IOException("the monitor has not " + what + " in time");
    }
  }
}
