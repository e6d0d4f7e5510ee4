package dev.urunj.runtime.container;

import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;

/// A container whose lock this command has, so that no other changes it. Used by one thread.
public final class HeldContainer implements AutoCloseable {
  private final StateDirectory directory;
  private final StateDirectory.Lock lock;
  private ContainerRecord record;

  HeldContainer(StateDirectory directory, ContainerRecord record, StateDirectory.Lock lock) {
    this.directory = directory;
    this.record = record;
    this.lock = lock;
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

  /// Gives the lock back.
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
