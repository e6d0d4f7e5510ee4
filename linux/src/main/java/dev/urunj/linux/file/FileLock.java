package dev.urunj.linux.file;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An exclusive lock on an open file, flock(2). It excludes every other *open* of the same file, in
/// this process and in others, and works on directories and on the descriptor of a namespace, so
/// that no lock file is ever left. The kernel drops it when its last descriptor is closed, whatever
/// the fate of the process.
///
/// A child that inherits the descriptor holds the lock too, so keep it close-on-exec.
public final class FileLock implements AutoCloseable {
  private static final int LOCK_EX = 2; // uapi/asm-generic/fcntl.h
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;
  private static final long LONGEST_SLEEP_MILLIS = 20;

  private final Fd descriptor;

  private FileLock(Fd descriptor) {
    this.descriptor = descriptor;
  }

  /// Takes the lock, and waits for it if necessary. It polls instead of blocking, because a blocked
  /// flock(2) has no deadline.
  ///
  /// @param descriptor stays the caller's; not `O_PATH`
  /// @param timeout zero or less asks once
  /// @throws LockTimeoutException when another holds it until the timeout has passed, naming the
  ///   file
  public static FileLock exclusive(Fd descriptor, Duration timeout) throws IOException {
    Deadline deadline = Deadline.byTheKernel(timeout);
    for (long sleep = 1; !tryLock(descriptor); sleep = Math.min(2 * sleep, LONGEST_SLEEP_MILLIS)) {
      if (deadline.hasPassed()) {
        throw new LockTimeoutException(
            "lock on "
                + Quoted.of(FileIo.linkTarget(descriptor))
                + " is held by another process; waited "
                + timeout.toMillis()
                + " ms");
      }
      pause(sleep);
    }
    return new FileLock(descriptor);
  }

  /// Takes the lock if it is free.
  ///
  /// @param descriptor stays the caller's; not `O_PATH`
  /// @return null when another holds it
  public static @Nullable FileLock tryExclusive(Fd descriptor) throws ErrnoException {
    return tryLock(descriptor) ? new FileLock(descriptor) : null;
  }

  /// Gives the lock back; the descriptor stays open. When it was closed before, the lock is gone
  /// already and this does nothing.
  @Override
  public void close() throws ErrnoException {
    if (!descriptor.isOpen()) {
      return;
    }
    long result = Libc.syscall(SyscallNumber.FLOCK, descriptor.number(), LOCK_UN);
    if (result < 0) {
      throw new ErrnoException("flock(" + descriptor.number() + ", LOCK_UN)", (int) -result);
    }
  }

  private static boolean tryLock(Fd descriptor) throws ErrnoException {
    long result = Libc.syscall(SyscallNumber.FLOCK, descriptor.number(), LOCK_EX | LOCK_NB);
    if (result < 0 && result != -Errno.EAGAIN && result != -Errno.EINTR) {
      throw new ErrnoException(
          "flock(" + descriptor.number() + ", LOCK_EX|LOCK_NB)", (int) -result);
    }
    return result == 0;
  }

  private static void pause(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a lock");
    }
  }
}
