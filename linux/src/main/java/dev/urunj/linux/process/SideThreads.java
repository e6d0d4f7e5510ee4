package dev.urunj.linux.process;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Threads for work beside that of a request. Such a thread may outlive its request, because a task
/// that hangs in the kernel, for example in a read from a dead file server, cannot be ended. So
/// there is a bound: without it a process that lives for months would collect them.
///
/// They are platform threads, because what they do blocks in the kernel, and daemons, so that the
/// process can end. May be used by any thread.
public final class SideThreads {
  private final int most;
  private final AtomicInteger busy = new AtomicInteger();

  /// @param most how many may be at work at the same time
  public SideThreads(int most) {
    this.most = most;
  }

  /// How many may be at work at the same time.
  public int most() {
    return most;
  }

  /// Begins a task on a thread of its own, which ends with the task.
  ///
  /// @param name of the thread, for people
  /// @return null when all threads are busy; the task was not begun then
  public @Nullable Thread start(String name, Runnable task) {
    if (busy.incrementAndGet() > most) {
      busy.decrementAndGet();
      return null;
    }
    try {
      return Thread.ofPlatform().daemon().name(name).start(new Counted(task));
    } catch (Throwable t) {
      busy.decrementAndGet();
      throw t;
    }
  }

  private final class Counted implements Runnable {
    private final Runnable task;

    Counted(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      try {
        task.run();
      } finally {
        busy.decrementAndGet();
      }
    }
  }
}
