package dev.urunj.linux.file;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.SyscallNumber;
import java.util.concurrent.atomic.AtomicInteger;

/// An open descriptor and the duty to close it, close(2). Every descriptor made in this module is
/// opened with `O_CLOEXEC`: it reaches another program only where it is named for it.
///
/// Safe for use by several threads, except that closing while another thread is in a call on the
/// same descriptor is the caller's mistake, as in C.
public final class Fd implements AutoCloseable {
  private static final int CLOSED = -1;

  private final AtomicInteger number;

  private Fd(int number) {
    this.number = new AtomicInteger(number);
  }

  /// Takes over a descriptor that the caller owns. From here on only this object closes it.
  public static Fd adopt(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("not a descriptor: " + number);
    }
    return new Fd(number);
  }

  /// The kernel's number, still owned by this object. Outside of this module it may be printed or
  /// named to a child, never kept.
  ///
  /// @throws IllegalStateException when it is closed or was handed over
  public int number() {
    int open = number.get();
    if (open == CLOSED) {
      throw new IllegalStateException("descriptor is closed");
    }
    return open;
  }

  public boolean isOpen() {
    return number.get() != CLOSED;
  }

  /// Hands the descriptor over to the caller, who must close it. This object is closed afterwards.
  public int release() {
    int open = number();
    number.set(CLOSED);
    return open;
  }

  /// Closes the descriptor; a second call does nothing. The number is free again even when the
  /// kernel reports an error (Linux frees it first), so it is never tried twice.
  @Override
  public void close() throws ErrnoException {
    int open = number.getAndSet(CLOSED);
    if (open == CLOSED) {
      return;
    }
    long result = Libc.syscall(SyscallNumber.CLOSE, open);
    if (result < 0) {
      throw new ErrnoException("close(" + open + ")", (int) -result);
    }
  }
}
