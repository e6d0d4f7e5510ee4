package dev.urunj.runtime.pod;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.LockTable;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.runtime.host.Caller;
import java.io.IOException;
import java.time.Duration;

/// The lock of a pod's network namespace, which several containers may share: first among the
/// threads of this process, which queue, then among the processes of the node. Used by the thread
/// that took it.
public final class NamespaceLock implements AutoCloseable {
  /// How long a command waits for another one that changes the same pod.
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final FileLock lock;
  private final LockTable.Turn turn;

  private NamespaceLock(FileLock lock, LockTable.Turn turn) {
    this.lock = lock;
    this.turn = turn;
  }

  /// Waits for it.
  ///
  /// @param namespace stays the caller's, and open until the lock is closed
  public static NamespaceLock await(NetworkNamespace namespace, Caller caller) throws IOException {
    Deadline deadline = caller.within(TIMEOUT);
    String key = "network namespace " + FileStatus.of(namespace.fd()).inode();
    LockTable.Turn turn = caller.node().locks().await(key, deadline);
    try {
      return new NamespaceLock(FileLock.exclusive(namespace.fd(), deadline.remaining()), turn);
    } catch (Throwable t) {
      try (turn) {
        throw t;
      }
    }
  }

  /// Gives it back.
  @Override
  public void close() throws IOException {
    try (turn) {
      lock.close();
    }
  }
}
