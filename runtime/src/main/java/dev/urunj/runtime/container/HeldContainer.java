package dev.urunj.runtime.container;

import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;

/// A container whose lock this command has, so that no other changes it. Used by one thread.
///
/// Its record is here and in no other place: a verb that needs it asks for it each time, and never
/// acts on what it read before its last [#write].
public final class HeldContainer implements AutoCloseable {
  private final Caller caller;
  private final StateDirectory directory;
  private final ContainerLock lock;
  private ContainerRecord record;

  HeldContainer(
      Caller caller, StateDirectory directory, ContainerRecord record, ContainerLock lock) {
    this.caller = caller;
    this.directory = directory;
    this.record = record;
    this.lock = lock;
  }

  /// The same for what must be done also when the caller no longer waits. Either closes the lock.
  public HeldContainer patient() {
    return new HeldContainer(caller.patient(), directory, record, lock);
  }

  public String id() {
    return record.id();
  }

  public StateDirectory directory() {
    return directory;
  }

  /// Whose request it is held for.
  public Caller caller() {
    return caller;
  }

  /// The record as it is on the disk.
  public ContainerRecord record() {
    return record;
  }

  /// Puts another record in its place.
  public void write(ContainerRecord next) throws IOException {
    directory.write(next);
    record = next;
  }

  /// The low-level runtime that the record names.
  ///
  /// @throws ContainerException when it names none
  public LowLevelRuntime lowLevel() throws ContainerException {
    MonitorRecord monitor = record.monitor();
    if (monitor == null) {
      throw new ContainerException(
          FailureKind.DAMAGED,
          "container \"" + record.id() + "\": its record names no low-level runtime");
    }
    return lowLevel(caller, directory, monitor);
  }

  /// The one that executes a monitor, with its root in the state.
  static LowLevelRuntime lowLevel(Caller caller, StateDirectory directory, MonitorRecord monitor) {
    return caller.lowLevel(monitor.lowLevel(), directory.lowLevelRoot(), monitor.systemdCgroup());
  }

  /// Gives the lock back.
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
