package dev.urunj.runtime.failure;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.LockTimeoutException;
import java.net.SocketTimeoutException;

/// What an exception is that says its kind.
public interface Failure {
  FailureKind kind();

  /// The kind of any failure.
  static FailureKind kindOf(Throwable failure) {
    if (failure instanceof Failure known) {
      return known.kind();
    }
    if (failure instanceof ErrnoException refused) {
      return kindOf(refused.errno());
    }
    if (failure instanceof SocketTimeoutException || failure instanceof LockTimeoutException) {
      return FailureKind.TIMED_OUT;
    }
    // what was read did not fit into the memory that a command has
    return failure instanceof VirtualMachineError ? FailureKind.BAD_INPUT : FailureKind.INTERNAL;
  }

  private static FailureKind kindOf(int errno) {
    return switch (errno) {
      case Errno.EPERM,
          Errno.EACCES,
          Errno.ENOSYS,
          Errno.EOPNOTSUPP,
          Errno.ENODEV,
          Errno.ENXIO,
          Errno.ENOMEM,
          Errno.ENOSPC ->
          FailureKind.NODE_LACKS;
      default -> FailureKind.INTERNAL;
    };
  }
}
