package dev.urunj.runtime.container;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.file.LockTable;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The lock of a container: first among the threads of this process, which queue, then among the
/// processes of the node. Used by the thread that took it.
public final class ContainerLock implements AutoCloseable {
  /// How long a command waits for another one on the same container.
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final StateDirectory.Lock lock;
  private final LockTable.Turn turn;

  private ContainerLock(StateDirectory.Lock lock, LockTable.Turn turn) {
    this.lock = lock;
    this.turn = turn;
  }

  /// Waits for it.
  ///
  /// @return null when there is nothing of that id
  static @Nullable ContainerLock await(StateDirectory directory, Caller caller) throws IOException {
    Deadline deadline = caller.within(TIMEOUT);
    LockTable.Turn turn = caller.node().locks().await(directory.path(), deadline);
    try {
      return of(directory.lock(deadline.remaining()), turn);
    } catch (Throwable t) {
      try (turn) {
        throw t;
      }
    }
  }

  /// Takes it if it is free.
  ///
  /// @return null when another has it, or there is nothing of that id
  static @Nullable ContainerLock tryTake(StateDirectory directory, Caller caller)
      throws IOException {
    return tryTake(directory, null, caller);
  }

  /// Takes the id, see [StateDirectory#claim].
  ///
  /// @return null when the id is taken
  static @Nullable ContainerLock claim(
      StateDirectory directory, ContainerRecord begun, Caller caller) throws IOException {
    return tryTake(directory, begun, caller);
  }

  /// @param begun of a container whose directory does not exist yet, or null
  private static @Nullable ContainerLock tryTake(
      StateDirectory directory, @Nullable ContainerRecord begun, Caller caller) throws IOException {
    LockTable.Turn turn = caller.node().locks().tryTake(directory.path());
    if (turn == null) {
      return null;
    }
    try {
      return of(begun == null ? directory.tryLock() : directory.claim(begun), turn);
    } catch (Throwable t) {
      try (turn) {
        throw t;
      }
    }
  }

  private static @Nullable ContainerLock of(
      StateDirectory.@Nullable Lock lock, LockTable.Turn turn) {
    if (lock == null) {
      turn.close();
      return null;
    }
    return new ContainerLock(lock, turn);
  }

  /// Gives it back.
  @Override
  public void close() throws IOException {
    try (turn) {
      lock.close();
    }
  }
}
