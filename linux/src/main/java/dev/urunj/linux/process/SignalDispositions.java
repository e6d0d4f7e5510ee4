package dev.urunj.linux.process;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;

/// Dispositions and masks of signals, as they pass to another program.
final class SignalDispositions {
  static final int SIGKILL = 9; // uapi/asm-generic/signal.h
  static final int SIGPIPE = 13;
  static final int SIGCHLD = 17;
  static final int SIGXFSZ = 25;
  private static final int SIG_SETMASK = 2;
  private static final long SIG_DFL = 0;
  private static final long SIG_IGN = 1;

  /// `struct sigaction` of the kernel: handler, flags, restorer (x86-64 only), mask of 8 bytes.
  private static final int KERNEL_SIGACTION_SIZE = 32;

  private static final int KERNEL_SIGSET_SIZE = 8;

  private SignalDispositions() {}

  /// Gives a signal its default effect if it is ignored now. A handler stays, because it has an
  /// owner, and because another program begins with the default in its place anyway.
  static void defaultIfIgnored(int signal) throws ErrnoException {
    NativeBuffer action = NativeBuffer.allocate(KERNEL_SIGACTION_SIZE);
    sigaction(signal, 0, action.address());
    if (action.bytes().getLong(0) == SIG_IGN) {
      action.bytes().putLong(0, SIG_DFL);
      sigaction(signal, action.address(), 0);
    }
    Libc.keep(action);
  }

  /// Sets the calling thread's mask of blocked signals, bit N-1 for signal N.
  ///
  /// @return the mask until now
  static long setMask(long blocked) throws ErrnoException {
    NativeBuffer masks = NativeBuffer.allocate(2 * KERNEL_SIGSET_SIZE);
    masks.bytes().putLong(0, blocked);
    long before = masks.address() + KERNEL_SIGSET_SIZE;
    long result =
        Libc.syscall(
            SyscallNumber.RT_SIGPROCMASK, SIG_SETMASK, masks.address(), before, KERNEL_SIGSET_SIZE);
    Libc.keep(masks);
    if (result < 0) {
      throw new ErrnoException("rt_sigprocmask(SIG_SETMASK)", (int) -result);
    }
    return masks.bytes().getLong(KERNEL_SIGSET_SIZE);
  }

  private static void sigaction(int signal, long action, long before) throws ErrnoException {
    long result =
        Libc.syscall(SyscallNumber.RT_SIGACTION, signal, action, before, KERNEL_SIGSET_SIZE);
    if (result < 0) {
      throw new ErrnoException("rt_sigaction(" + signal + ")", (int) -result);
    }
  }
}
