package dev.urunj.linux.errno;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A system call that failed: the call as strace(1) prints it, and the error number.
/// `openat("/dev/net/tun", O_RDWR) = -1 ENOENT (No such file or directory)`
public class ErrnoException extends IOException {
  private static final long serialVersionUID = 1;

  private final String call;
  private final int errno;

  /// A failed call.
  ///
  /// @param call the call with its arguments, as strace(1) prints it
  /// @param errno the positive error number
  public ErrnoException(String call, int errno) {
    this(call, errno, null);
  }

  /// A failed call of which the kernel said more.
  ///
  /// @param detail what else the kernel said, such as rtnetlink's extended acknowledgement
  protected ErrnoException(String call, int errno, @Nullable String detail) {
    super(message(call, errno, detail));
    this.call = call;
    this.errno = errno;
  }

  public final String call() {
    return call;
  }

  public final int errno() {
    return errno;
  }

  private static String message(String call, int errno, @Nullable String detail) {
    String message = call + " = -1 " + Errno.shown(errno);
    return detail == null || detail.isEmpty() ? message : message + ": " + detail;
  }
}
