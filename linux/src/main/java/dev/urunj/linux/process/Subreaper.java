package dev.urunj.linux.process;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.SyscallNumber;

/// The process that the kernel gives orphans among its descendants, instead of init.
public final class Subreaper {
  private static final int PR_SET_CHILD_SUBREAPER = 36; // uapi/linux/prctl.h

  private Subreaper() {}

  /// Makes this process a subreaper for the rest of its life, prctl(2). Its duty from then on is to
  /// reap the orphans that it gets, one by one, because waiting for "any child" would take the exit
  /// statuses that others wait for.
  public static void become() throws ErrnoException {
    long result = Libc.syscall(SyscallNumber.PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (result < 0) {
      throw new ErrnoException("prctl(PR_SET_CHILD_SUBREAPER, 1)", (int) -result);
    }
  }
}
