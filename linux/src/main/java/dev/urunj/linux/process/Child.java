package dev.urunj.linux.process;

import dev.urunj.linux.errno.ErrnoException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A child process of this one, made by [Spawn].
public final class Child implements AutoCloseable {
  /// One that is killed needs time on a processor to die.
  private static final Duration DEATH = Duration.ofSeconds(2);

  private final int pid;
  private final Pidfd pidfd;
  private @Nullable ExitStatus status;

  Child(int pid, Pidfd pidfd) {
    this.pid = pid;
    this.pidfd = pidfd;
  }

  /// Its process id: its own until it was waited for.
  int pid() {
    return pid;
  }

  /// The process by descriptor, owned by this object. Reap through [#waitFor].
  public Pidfd pidfd() {
    return pidfd;
  }

  /// Waits without limit for its end and takes its exit status; a second call returns it again.
  /// Blocks the thread, so do not call it on a virtual one.
  public synchronized ExitStatus waitFor() throws ErrnoException {
    ExitStatus ended = status;
    if (ended == null) {
      ended = pidfd.reap();
      status = ended;
    }
    return ended;
  }

  /// Kills it, and waits for its death, but no longer than 2 s: one that hangs in the kernel does
  /// not die before the kernel lets it go, and [#waitFor] would wait as long.
  ///
  /// @return whether it is dead
  public boolean kill() throws ErrnoException {
    pidfd.signal(SignalDispositions.SIGKILL);
    return pidfd.awaitExit(DEATH);
  }

  /// Gives the descriptor back and, if the child has ended, its entry in the process table. One
  /// that still runs goes on running; its exit status is lost then.
  @Override
  public synchronized void close() throws ErrnoException {
    try (pidfd) {
      if (status == null && pidfd.fd().isOpen()) {
        status = pidfd.reapNow();
      }
    }
  }
}
