package dev.urunj.linux.namespace;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A platform thread for one task that changes what belongs to a thread. It ends with the task, so
/// nothing has to be changed back and no other task can see the change.
final class OwnThread<T extends @Nullable Object> implements Runnable {
  private final Callable<T> task;
  private @Nullable T result;
  private @Nullable Throwable failure;

  private OwnThread(Callable<T> task) {
    this.task = task;
  }

  /// Runs the task and waits for its end. An interrupt of the caller is passed on to the task,
  /// which decides whether it ends early; the caller's own flag is set again afterwards.
  static <T extends @Nullable Object> T call(Callable<T> task) throws IOException {
    OwnThread<T> own = new OwnThread<>(task);
    Thread thread =
        Thread.ofPlatform()
            .name("namespace")
            .daemon()
            .inheritInheritableThreadLocals(false)
            .unstarted(own);
    thread.start();
    join(thread);
    return own.outcome();
  }

  @SuppressWarnings("CatchingUnchecked") // carried to the caller's thread, not swallowed
  @Override
  public void run() {
    try {
      result = task.call();
    } catch (Throwable t) {
      failure = t;
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings({"NullAway", "unchecked"}) // T is nullable exactly where the task's result is
  private T outcome() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure != null) {
      throw new IOException(failure.toString(), failure);
    }
    return result;
  }
}
