package dev.urunj.linux.file;

import dev.urunj.linux.clock.Deadline;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The threads of this process that want the same lock, in the order in which they came. Each takes
/// its turn here before it asks the kernel for a [FileLock], because that is asked again and again
/// without an order. So of many threads one asks, and none is overtaken for ever.
///
/// A turn excludes no other process. May be used by any thread.
public final class LockTable {
  private final Map<Object, Queue> queues = new HashMap<>();

  /// No thread waits yet.
  public LockTable() {}

  /// Those who want one lock.
  private static final class Queue {
    private final ReentrantLock lock = new ReentrantLock(true); // the longest waiter is next
    private int threads; // that have it or wait for it
  }

  /// Waits for its turn.
  ///
  /// @param key equal for all who want the same lock; for example a path
  /// @return the caller closes it, on the same thread, after the [FileLock]
  /// @throws LockTimeoutException when the deadline passes before
  /// @throws InterruptedIOException when the thread is interrupted, whose flag is set again
  public Turn await(Object key, Deadline deadline)
      throws LockTimeoutException, InterruptedIOException {
    Queue queue = join(key);
    boolean ours = false;
    try {
      ours = queue.lock.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a lock");
    } finally {
      if (!ours) {
        leave(key, queue);
      }
    }
    if (!ours) {
      throw new LockTimeoutException(
          "lock on " + key + " is held by another request of this process for too long");
    }
    return new Turn(key, queue);
  }

  /// Takes its turn if no other thread has it.
  ///
  /// @return null when another has it
  public @Nullable Turn tryTake(Object key) {
    Queue queue = join(key);
    if (queue.lock.tryLock()) {
      return new Turn(key, queue);
    }
    leave(key, queue);
    return null;
  }

  private synchronized Queue join(Object key) {
    Queue queue = queues.get(key);
    if (queue == null) {
      queue = new Queue();
      queues.put(key, queue);
    }
    queue.threads++;
    return queue;
  }

  private synchronized void leave(Object key, Queue queue) {
    queue.threads--;
    if (queue.threads == 0) {
      queues.remove(key);
    }
  }

  /// How many locks are held or waited for.
  synchronized int size() {
    return queues.size();
  }

  /// The right to ask the kernel.
  public final class Turn implements AutoCloseable {
    private final Object key;
    private final Queue queue;

    private Turn(Object key, Queue queue) {
      this.key = key;
      this.queue = queue;
    }

    /// Lets the next one have its turn.
    @Override
    public void close() {
      queue.lock.unlock();
      leave(key, queue);
    }
  }
}
