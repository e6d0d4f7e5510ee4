package dev.urunj.runtime.container;

import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A container by its id, whether it exists or not. Holds nothing open.
public final class Container {
  private final Caller caller;
  private final StateDirectory directory;

  private Container(StateDirectory directory, Caller caller) {
    this.directory = directory;
    this.caller = caller;
  }

  /// The one with that id under the caller's root.
  ///
  /// @param id validated
  public static Container of(Caller caller, String id) {
    return new Container(StateDirectory.of(caller.root(), id), caller);
  }

  /// The one in a directory of a root.
  public static Container in(StateDirectory directory, Caller caller) {
    return new Container(directory, caller);
  }

  public StateDirectory directory() {
    return directory;
  }

  /// Whose request it is looked at for.
  public Caller caller() {
    return caller;
  }

  /// The record as it is now, which another command may change meanwhile.
  ///
  /// @throws ContainerException when no container of ours has the id
  public ContainerRecord record() throws IOException {
    ContainerRecord record = directory.record();
    if (record == null) {
      throw ContainerException.doesNotExist(directory.name());
    }
    return record;
  }

  /// The low-level runtime that executes a monitor, with its root in the state.
  public LowLevelRuntime lowLevel(MonitorRecord monitor) {
    return HeldContainer.lowLevel(caller, directory, monitor);
  }

  /// The same for what must be done also when the caller no longer waits: all that takes something
  /// back.
  public Container patient() {
    return new Container(directory, caller.patient());
  }

  /// Waits for the lock, up to 30 s, and reads the record.
  ///
  /// @throws ContainerException when no container of ours has the id, or has it any longer
  public HeldContainer hold() throws IOException {
    HeldContainer held = holdIfThere();
    if (held == null) {
      throw ContainerException.doesNotExist(directory.name());
    }
    return held;
  }

  /// As [#hold], for a command that has nothing to do when the container is gone.
  ///
  /// @return null when no container of ours has the id, or has it any longer
  public @Nullable HeldContainer holdIfThere() throws IOException {
    return owned(lock());
  }

  /// As [#holdIfThere], for a command that does not wait for another one.
  ///
  /// @return also null when another command has the lock
  public @Nullable HeldContainer tryHold() throws IOException {
    return owned(tryLock());
  }

  /// Takes the id for a container that is about to be made.
  ///
  /// @return null when the id is taken, or another command is taking or leaving it
  public @Nullable HeldContainer claim(ContainerRecord begun) throws IOException {
    ContainerLock lock = ContainerLock.claim(directory, begun, caller);
    return lock == null ? null : new HeldContainer(caller, directory, begun, lock);
  }

  /// The lock alone, for a command that works also when the record is damaged or missing.
  ///
  /// @return null when there is nothing of that id
  public @Nullable ContainerLock lock() throws IOException {
    return ContainerLock.await(directory, caller);
  }

  /// As [#lock], without waiting.
  ///
  /// @return null also when another command has it
  public @Nullable ContainerLock tryLock() throws IOException {
    return ContainerLock.tryTake(directory, caller);
  }

  /// With a lock that the caller has taken itself, because it must also tell a directory without a
  /// record, or with a damaged one, from none. The lock stays the caller's to close.
  ///
  /// @return null when no container of ours has the id
  /// @throws dev.urunj.runtime.state.DamagedException when the record is damaged
  public @Nullable HeldContainer under(ContainerLock lock) throws IOException {
    ContainerRecord record = directory.record();
    return record == null ? null : new HeldContainer(caller, directory, record, lock);
  }

  private @Nullable HeldContainer owned(@Nullable ContainerLock lock) throws IOException {
    if (lock == null) {
      return null;
    }
    try {
      HeldContainer held = under(lock);
      if (held == null) {
        lock.close();
      }
      return held;
    } catch (Throwable t) {
      try (lock) {
        throw t;
      }
    }
  }
}
