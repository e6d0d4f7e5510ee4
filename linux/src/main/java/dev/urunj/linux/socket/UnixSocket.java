package dev.urunj.linux.socket;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.Poll;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// A connected stream socket of this machine, unix(7), with a deadline on every call that can wait.
/// The JDK's channels have no descriptors, cannot pass them, and do not name the process at the
/// other end.
///
/// One thread may read while another writes. Calls block their thread, so do not make them on
/// virtual ones.
public final class UnixSocket implements AutoCloseable {
  private static final int AF_UNIX = 1; // include/linux/socket.h
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SOL_SOCKET = 1; // uapi/asm-generic/socket.h
  private static final int SO_PEERCRED = 17;
  private static final int UCRED_SIZE = 12;
  private static final int CHUNK = 65_536;

  private final Fd fd;

  private UnixSocket(Fd fd) {
    this.fd = fd;
  }

  /// Makes a listening socket `name` in `directory` with mode 0600: only this user (and root) can
  /// connect, from its first moment on, whatever the umask. The path may be of any length.
  ///
  /// @param name one component; at most 70 bytes
  /// @param backlog connections that may wait to be accepted
  /// @return the socket, the caller's; blocking, as a program that inherits one expects
  /// @throws ErrnoException EADDRINUSE when there is anything of that name, a dead socket included
  public static Fd listen(Path directory, String name, int backlog) throws IOException {
    return SocketAddress.listen(directory, name, backlog);
  }

  /// Connects to the socket `name` in `directory`, whose path may be of any length. `name` itself
  /// must not be a symbolic link.
  ///
  /// @param timeout how long to wait while the listener's queue is full
  /// @throws ErrnoException ENOENT without such a file, ECONNREFUSED when no process listens, ELOOP
  ///   for a link, ENOTSOCK for another file
  /// @throws SocketTimeoutException when the listener has not made room in time
  public static UnixSocket connect(Path directory, String name, Duration timeout)
      throws IOException {
    return new UnixSocket(SocketAddress.connect(directory, name, Deadline.byTheKernel(timeout)));
  }

  /// Waits for a connection.
  ///
  /// @param listener as made by [#listen], stays the caller's
  /// @throws SocketTimeoutException when no peer has connected in time
  public static UnixSocket accept(Fd listener, Duration timeout) throws IOException {
    Deadline deadline = Deadline.byTheKernel(timeout);
    while (true) {
      await(listener, Poll.POLLIN, deadline, "accept");
      // Blocks only if another thread was faster, because a connection stays in the queue even when
      // its other end is gone.
      long result =
          Libc.syscall(
              SyscallNumber.ACCEPT4,
              listener.number(),
              0,
              0,
              SocketAddress.SOCK_NONBLOCK | SocketAddress.SOCK_CLOEXEC);
      if (result >= 0) {
        return new UnixSocket(Fd.adopt((int) result));
      }
      if (result != -Errno.EAGAIN && result != -Errno.EINTR) {
        throw new ErrnoException("accept4(" + listener.number() + ")", (int) -result);
      }
    }
  }

  /// Two sockets connected to each other, both the caller's.
  static UnixSocket[] pair() throws ErrnoException {
    NativeBuffer both = NativeBuffer.allocate(2 * Integer.BYTES);
    long result =
        Libc.syscall(
            SyscallNumber.SOCKETPAIR, AF_UNIX, SocketAddress.NONBLOCKING, 0, both.address());
    Libc.keep(both);
    if (result < 0) {
      throw new ErrnoException("socketpair(AF_UNIX, SOCK_STREAM)", (int) -result);
    }
    return new UnixSocket[] {
      new UnixSocket(Fd.adopt(both.bytes().getInt(0))),
      new UnixSocket(Fd.adopt(both.bytes().getInt(4)))
    };
  }

  /// Takes over a connected stream socket.
  static UnixSocket adopt(Fd connected) {
    return new UnixSocket(connected);
  }

  /// The descriptor, still owned by this object; non-blocking.
  Fd fd() {
    return fd;
  }

  /// Waits until there is something and reads it.
  ///
  /// @return the number of bytes, at least 1 unless `length` is 0; -1 when the other end has closed
  /// @throws SocketTimeoutException when nothing has come in time
  public int read(byte[] into, int offset, int length, Duration timeout) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    Deadline deadline = Deadline.byTheKernel(timeout);
    int limit = Math.min(length, CHUNK);
    NativeBuffer chunk = NativeBuffer.allocate(limit);
    while (true) {
      await(fd, Poll.POLLIN, deadline, "read");
      long count =
          Libc.syscall(
              SyscallNumber.RECVFROM,
              fd.number(),
              chunk.address(),
              limit,
              SocketMessage.MSG_DONTWAIT,
              0,
              0);
      Libc.keep(chunk);
      if (count >= 0) {
        chunk.bytes().get(0, into, offset, (int) count);
        return count == 0 ? -1 : (int) count;
      }
      retryOrThrow(count, "recvfrom");
    }
  }

  /// Writes all of it.
  ///
  /// @param timeout for the whole; what was written until it has passed stays written
  /// @throws ErrnoException EPIPE when the other end has closed; no signal is raised
  /// @throws SocketTimeoutException when the other end has not taken it all in time
  public void write(byte[] content, int offset, int length, Duration timeout) throws IOException {
    Objects.checkFromIndexSize(offset, length, content.length);
    write(content, offset, length, Deadline.byTheKernel(timeout));
  }

  /// Sends descriptors with some bytes, SCM_RIGHTS. The other end gets duplicates; these stay the
  /// caller's.
  ///
  /// @param content at least one byte, less than 64 KiB: descriptors travel with bytes
  /// @param descriptors at most 253
  void sendDescriptors(byte[] content, Duration timeout, Fd... descriptors) throws IOException {
    SocketMessage message = SocketMessage.sending(content, descriptors);
    Deadline deadline = Deadline.byTheKernel(timeout);
    while (true) {
      await(fd, Poll.POLLOUT, deadline, "write");
      long count = message.send(fd, MSG_NOSIGNAL);
      if (count >= 0) {
        write(content, (int) count, content.length - (int) count, deadline);
        return;
      }
      retryOrThrow(count, "sendmsg");
    }
  }

  /// Waits for one message of at most 4096 bytes and takes the descriptor that it carries; the
  /// bytes are dropped. Of several descriptors the first is taken and the others are closed.
  ///
  /// @return close-on-exec, the caller's
  /// @throws IOException when the message carries none, or the other end has closed
  /// @throws SocketTimeoutException when nothing has come in time
  public Fd receiveDescriptor(Duration timeout) throws IOException {
    Deadline deadline = Deadline.byTheKernel(timeout);
    SocketMessage message = SocketMessage.receiving();
    while (true) {
      await(fd, Poll.POLLIN, deadline, "read");
      long count = message.receive(fd);
      if (count >= 0) {
        return message.descriptor();
      }
      retryOrThrow(count, "recvmsg");
    }
  }

  /// The process that connected, listened or made the pair, as it was then, in this process's PID
  /// namespace; 0 when it is outside of it. `SO_PEERCRED`
  int peerPid() throws ErrnoException {
    return peerCredential(0);
  }

  /// The effective user id of that process, as seen from this process's user namespace.
  int peerUid() throws ErrnoException {
    return peerCredential(4);
  }

  @Override
  public void close() throws ErrnoException {
    fd.close();
  }

  static void await(Fd fd, int events, Deadline deadline, String what) throws IOException {
    if (!Poll.await(fd.number(), events, deadline)) {
      throw new SocketTimeoutException(what + " on a socket has timed out");
    }
  }

  private void write(byte[] content, int offset, int length, Deadline deadline) throws IOException {
    NativeBuffer chunk = NativeBuffer.allocate(Math.min(length, CHUNK));
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, CHUNK);
      chunk.bytes().put(0, content, offset + done, part);
      await(fd, Poll.POLLOUT, deadline, "write");
      long count =
          Libc.syscall(
              SyscallNumber.SENDTO,
              fd.number(),
              chunk.address(),
              part,
              MSG_NOSIGNAL | SocketMessage.MSG_DONTWAIT,
              0,
              0);
      Libc.keep(chunk);
      if (count >= 0) {
        done += (int) count;
      } else {
        retryOrThrow(count, "sendto");
      }
    }
  }

  private int peerCredential(int offset) throws ErrnoException {
    NativeBuffer ucred = NativeBuffer.allocate(UCRED_SIZE);
    NativeBuffer length = NativeBuffer.allocate(Integer.BYTES);
    length.bytes().putInt(0, UCRED_SIZE);
    long result =
        Libc.syscall(
            SyscallNumber.GETSOCKOPT,
            fd.number(),
            SOL_SOCKET,
            SO_PEERCRED,
            ucred.address(),
            length.address());
    Libc.keep(ucred, length);
    if (result < 0) {
      throw new ErrnoException("getsockopt(" + fd.number() + ", SO_PEERCRED)", (int) -result);
    }
    return ucred.bytes().getInt(offset);
  }

  private void retryOrThrow(long result, String call) throws ErrnoException {
    if (result != -Errno.EAGAIN && result != -Errno.EINTR) {
      throw new ErrnoException(call + "(" + fd.number() + ")", (int) -result);
    }
  }
}
