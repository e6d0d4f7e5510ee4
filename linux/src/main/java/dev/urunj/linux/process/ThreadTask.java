package dev.urunj.linux.process;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A task for a thread of its own, and what came of it for the thread that waits for that one. Give
/// it to one thread only, and ask for its outcome when that thread has ended.
public final class ThreadTask<T extends @Nullable Object> implements Runnable {
  private final Callable<T> task;
  private @Nullable T result;
  private @Nullable Throwable failure;

  public ThreadTask(Callable<T> task) {
    this.task = task;
  }

  @SuppressWarnings("CatchingUnchecked") // carried to the thread that waits, not swallowed
  @Override
  public void run() {
    try {
      result = task.call();
    } catch (Throwable t) {
      failure = t;
    }
  }

  /// The task's result.
  ///
  /// @throws IOException that of the task, or one around its other checked exceptions; what is
  ///   unchecked is thrown as it is
  @SuppressWarnings({"NullAway", "unchecked"}) // T is nullable exactly where the task's result is
  public T outcome() throws IOException {
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
