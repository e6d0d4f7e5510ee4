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
    return caller.lowLevel(monitor.lowLevel(), directory.lowLevelRoot(), monitor.systemdCgroup());
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
    StateDirectory.Lock lock = directory.lock();
    if (lock == null) {
      return null;
    }
    try {
      ContainerRecord record = directory.record();
      if (record != null) {
        return new HeldContainer(directory, record, lock);
      }
      lock.close();
      return null;
    } catch (Throwable t) {
      try (lock) {
        throw t;
      }
    }
  }
}
