package dev.urunj.linux.process;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.Poll;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A process held by descriptor, pidfd_open(2). It means that process and no other, even when the
/// kernel gives its number to a new one. Linux 5.4.
///
/// Waiting blocks the thread, so never wait on a virtual one.
public final class Pidfd implements AutoCloseable {
  private static final int P_PIDFD = 3; // uapi/linux/wait.h
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int CLD_EXITED = 1; // uapi/asm-generic/siginfo.h
  private static final int SIGINFO_SIZE = 128;

  private final Fd fd;

  private Pidfd(Fd fd) {
    this.fd = fd;
  }

  /// The process that has the number now; safe for an own child that was not waited for.
  ///
  /// @throws IllegalArgumentException for 0 and less, which to kill(2) would mean whole groups
  /// @throws ErrnoException ESRCH when there is none, also when the number is that of a thread:
  ///   then no process has it (EINVAL, since Linux 6.15 ENOENT)
  public static Pidfd open(int pid) throws ErrnoException {
    if (pid <= 0) {
      throw new IllegalArgumentException("not a process id: " + pid);
    }
    long result = Libc.syscall(SyscallNumber.PIDFD_OPEN, pid, 0);
    if (result < 0) {
      boolean thread = result == -Errno.EINVAL || result == -Errno.ENOENT;
      throw new ErrnoException("pidfd_open(" + pid + ")", thread ? Errno.ESRCH : (int) -result);
    }
    return new Pidfd(Fd.adopt((int) result));
  }

  /// That very process: opens first and verifies then, so that the number cannot change hands in
  /// between.
  ///
  /// @return null when it is gone or its number belongs to another. A zombie is not gone, but
  ///   signals to it do nothing, and [#awaitExit] returns at once
  public static @Nullable Pidfd open(ProcessIdentity identity) throws IOException {
    if (identity.pid() <= 0) {
      return null;
    }
    Pidfd opened;
    try {
      opened = open(identity.pid());
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ESRCH) {
        return null;
      }
      throw e;
    }
    try {
      if (identity.current() != null) {
        return opened;
      }
      opened.close();
      return null;
    } catch (Throwable t) {
      try (opened) {
        throw t;
      }
    }
  }

  /// The descriptor, still owned by this object.
  Fd fd() {
    return fd;
  }

  /// Sends a signal, pidfd_send_signal(2); 0 only asks whether that is allowed.
  ///
  /// @throws ErrnoException ESRCH when the process is gone and was waited for
  public void signal(int signal) throws ErrnoException {
    long result = Libc.syscall(SyscallNumber.PIDFD_SEND_SIGNAL, fd.number(), signal, 0, 0);
    if (result < 0) {
      throw new ErrnoException(
          "pidfd_send_signal(" + fd.number() + ", " + signal + ")", (int) -result);
    }
  }

  /// A copy of a descriptor of the process, pidfd_getfd(2): it means the same open file, so what is
  /// changed through it is changed for the process too. Linux 5.6.
  ///
  /// @param number of the descriptor in that process
  /// @return owned by the caller, O_CLOEXEC
  /// @throws ErrnoException EBADF when the process has no such descriptor, ESRCH when it is gone,
  ///   EPERM without the right to trace it, which a node may refuse to root too (Yama's
  ///   `kernel.yama.ptrace_scope` 3)
  public Fd descriptor(int number) throws ErrnoException {
    long result = Libc.syscall(SyscallNumber.PIDFD_GETFD, fd.number(), number, 0);
    if (result < 0) {
      throw new ErrnoException("pidfd_getfd(" + fd.number() + ", " + number + ")", (int) -result);
    }
    return Fd.adopt((int) result);
  }

  /// Waits for the end of the process, a child or not, and leaves its exit status alone. Other
  /// threads of it count, so it has ended when all have.
  ///
  /// @param timeout zero or less asks once
  /// @return whether it has ended; a zombie has
  public boolean awaitExit(Duration timeout) throws ErrnoException {
    return Poll.await(fd.number(), Poll.POLLIN, Deadline.byTheKernel(timeout));
  }

  /// Waits without limit for the end of an own child (or, for a subreaper, a descendant left to it)
  /// and takes its exit status, waitid(2). It can be taken only once.
  ///
  /// @throws ErrnoException ECHILD when it is no child or was waited for
  public ExitStatus reap() throws ErrnoException {
    ExitStatus status = waitid(0);
    while (status == null) {
      status = waitid(0);
    }
    return status;
  }

  /// Takes the exit status of an own child if it has ended; see [#reap].
  ///
  /// @return null when it still runs
  @Nullable ExitStatus reapNow() throws ErrnoException {
    return waitid(WNOHANG);
  }

  @Override
  public void close() throws ErrnoException {
    fd.close();
  }

  private @Nullable ExitStatus waitid(int options) throws ErrnoException {
    NativeBuffer info = NativeBuffer.allocate(SIGINFO_SIZE);
    long result =
        Libc.syscall(
            SyscallNumber.WAITID, P_PIDFD, fd.number(), info.address(), WEXITED | options, 0);
    Libc.keep(info);
    if (result == -Errno.EINTR) {
      return null;
    }
    if (result < 0) {
      throw new ErrnoException("waitid(P_PIDFD, " + fd.number() + ")", (int) -result);
    }
    // siginfo_t of a 64-bit architecture: si_code at 8, si_pid at 16, si_status at 24
    if (info.bytes().getInt(16) == 0) {
      return null;
    }
    int status = info.bytes().getInt(24);
    return info.bytes().getInt(8) == CLD_EXITED
        ? new ExitStatus(status, 0)
        : new ExitStatus(0, status);
  }
}
