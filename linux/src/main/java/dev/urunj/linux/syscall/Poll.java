package dev.urunj.linux.syscall;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import java.nio.ByteBuffer;

/// Waits until a descriptor is ready, ppoll(2). Blocks the thread, so never call it on a virtual
/// one.
public final class Poll {
  public static final int POLLIN = 0x0001; // uapi/asm-generic/poll.h
  public static final int POLLOUT = 0x0004;

  private static final int POLLFD_SIZE = 8;
  private static final int TIMESPEC_SIZE = 16;

  private Poll() {}

  /// True as soon as one of `events` holds, or after an error or hang-up, which the next call will
  /// report; false when the deadline passes first. A deadline in the past asks once.
  public static boolean await(int descriptor, int events, Deadline deadline) throws ErrnoException {
    NativeBuffer memory = NativeBuffer.allocate(POLLFD_SIZE + TIMESPEC_SIZE);
    ByteBuffer bytes = memory.bytes();
    bytes.putInt(0, descriptor).putShort(4, (short) events);
    long timeout = memory.address() + POLLFD_SIZE;
    while (true) {
      long remaining = deadline.remainingNanos();
      bytes.putLong(POLLFD_SIZE, remaining / 1_000_000_000L);
      bytes.putLong(POLLFD_SIZE + 8, remaining % 1_000_000_000L);
      long ready = Libc.syscall(SyscallNumber.PPOLL, memory.address(), 1, timeout, 0, 0);
      Libc.keep(memory);
      if (ready >= 0) {
        return ready > 0;
      }
      if (ready != -Errno.EINTR) {
        throw new ErrnoException("ppoll(" + descriptor + ")", (int) -ready);
      }
    }
  }
}
