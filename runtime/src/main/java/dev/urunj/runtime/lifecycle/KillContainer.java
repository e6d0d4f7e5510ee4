package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.recovery.CleanUp;
import dev.urunj.runtime.recovery.MonitorEnd;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// `kill ID [SIGNAL]`.
///
/// A request to stop asks the guest to power down, as pressing a machine's power button does; one
/// to a monitor that is paused waits until it is resumed. KILL and the job-control signals act on
/// the monitor. Signal 0 asks whether there is a process. All others mean something to a process
/// and nothing to a machine, and are dropped: a terminal's WINCH must not end a guest.
///
/// Once the monitor is dead or must die, by this signal or before it, the pod's network is taken
/// back. A dead monitor is what KILL wants, so it is success, as often as it is asked.
public final class KillContainer {
  private final Caller caller;

  public KillContainer(Caller caller) {
    this.caller = caller;
  }

  /// Delivers a signal. Takes no lock for that: a start that hangs holds it, and is what a KILL may
  /// be meant for. The pidfd makes sure that it reaches no other process.
  ///
  /// @param signal a number of signal(7), or 0
  /// @throws ContainerException when no container of ours has that id, or for signal 0 when it has
  ///   no process
  public void kill(String id, int signal) throws IOException {
    Container container = Container.of(caller, id);
    ContainerRecord record = container.record();
    ProcessIdentity process = record.process();
    try (Pidfd pidfd = process == null ? null : Pidfd.open(process)) {
      boolean alive = pidfd != null && !pidfd.awaitExit(Duration.ZERO);
      if (signal == Signals.NONE && !alive) {
        throw new ContainerException(FailureKind.NOT_RUNNING, "container not running");
      }
      if (pidfd != null && alive) {
        deliver(container, record, pidfd, signal);
        if (signal != Signals.KILL) {
          return;
        }
        takeBackWhileItDies(container, record, pidfd);
        return;
      }
    }
    takeNetworkBack(container);
  }

  /// What ties the pod to a monitor that has its SIGKILL is of no use any more, so it goes in the
  /// 30 ms and more that the kernel needs to take a machine's memory and its TAP apart. The TAP
  /// itself goes with its last descriptor. The lock is held until the monitor is dead: every
  /// command that waits for it would have to wait for that anyway.
  private void takeBackWhileItDies(Container container, ContainerRecord killed, Pidfd pidfd)
      throws IOException {
    try (HeldContainer held = container.patient().holdIfThere()) {
      if (held == null || !killed.isSame(held.record())) {
        return; // deleted meanwhile, by a command that waited for the same death
      }
      try (Undo undo = new Undo()) {
        takeBack(held, pidfd, undo);
      }
      if (held.record().status() != Status.CREATING) { // what a cut-off create has left is delete's
        held.write(held.record().with(Status.STOPPED));
      }
    }
  }

  private static void takeBack(HeldContainer held, Pidfd pidfd, Undo undo) {
    List<Act> taps = List.of();
    try {
      taps = CleanUp.wiring(held);
    } catch (IOException e) {
      undo.failed(e);
    }
    try {
      MonitorEnd.awaitDeath(held.record(), pidfd);
      CleanUp.taps(held, taps);
    } catch (IOException e) {
      undo.failed(e);
    }
  }

  /// Reads the record again under the lock: meanwhile the container may have been deleted, and
  /// another made under its id.
  private void takeNetworkBack(Container container) throws IOException {
    try (HeldContainer held = container.patient().holdIfThere()) {
      if (held == null || held.record().isAlive() || held.record().status() == Status.CREATING) {
        return;
      }
      CleanUp.network(held); // first: it needs no room on the disk
      held.write(held.record().with(Status.STOPPED));
    }
  }

  private void deliver(Container container, ContainerRecord record, Pidfd pidfd, int signal)
      throws IOException {
    if (signal == Signals.NONE) {
      return;
    }
    if (record.status() == Status.CREATED || Signals.isForTheKernel(signal)) {
      MonitorEnd.signal(pidfd, signal);
      MonitorRecord monitor = record.monitor();
      if (signal == Signals.KILL && record.status() == Status.PAUSED && monitor != null) {
        MonitorEnd.thaw(container.patient().lowLevel(monitor), record.id(), caller.log());
      }
      if (signal == Signals.CONT && record.status() == Status.RUNNING) {
        new PowerButton(container).deliver(record);
      }
    } else if (Signals.asksToStop(signal)) {
      new PowerButton(container).press(record, pidfd);
    } else {
      caller.log().debug("signal " + signal + " means nothing to a guest and is dropped");
    }
  }
}
