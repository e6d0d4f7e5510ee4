package dev.urunj.linux.namespace;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.process.ThreadTask;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A platform thread for one task that changes what belongs to a thread. It ends with the task, so
/// nothing has to be changed back and no other task can see the change.
final class OwnThread {
  private OwnThread() {}

  /// Runs the task and waits for its end. An interrupt of the caller is passed on to the task,
  /// which decides whether it ends early; the caller's own flag is set again afterwards.
  static <T extends @Nullable Object> T call(Callable<T> task) throws IOException {
    ThreadTask<T> own = new ThreadTask<>(task);
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

  /// Runs the task inside of a namespace, on a thread that does not leave it.
  ///
  /// @param namespace stays the caller's
  /// @param kind one of `CLONE_NEW…`, uapi/linux/sched.h
  /// @param kindName its name, for messages
  /// @throws ErrnoException of setns(2): EINVAL when the namespace is of another kind, EPERM
  ///   without CAP_SYS_ADMIN
  static <T extends @Nullable Object> T callIn(
      Fd namespace, int kind, String kindName, Callable<T> task) throws IOException {
    return call(
        new Callable<T>() {
          @Override
          public T call() throws Exception {
            long result = Libc.syscall(SyscallNumber.SETNS, namespace.number(), kind);
            if (result < 0) {
              throw new ErrnoException(
                  "setns(" + namespace.number() + ", " + kindName + ")", (int) -result);
            }
            return task.call();
          }
        });
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
}
