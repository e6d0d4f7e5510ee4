package dev.urunj.linux.socket;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Names of sockets in the file tree. `struct sockaddr_un` has room for 108 bytes, and a
/// container's state directory needs more. So we open the directory and name it as
/// `/proc/thread-self/fd/N`, which is short and cannot lead elsewhere by the time it is used.
final class SocketAddress {
  private static final int AF_UNIX = 1; // include/linux/socket.h
  private static final int SOCK_STREAM = 1; // include/linux/net.h
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  private static final int BLOCKING = SOCK_STREAM | SOCK_CLOEXEC;
  static final int NONBLOCKING = BLOCKING | SOCK_NONBLOCK;
  private static final int SUN_PATH_SIZE = 108; // uapi/linux/un.h
  private static final int SUN_PATH = 2;
  private static final long RETRY_MILLIS = 5;

  private SocketAddress() {}

  static Fd listen(Path directory, String name, int backlog) throws IOException {
    requireOneComponent(name);
    try (Fd parent = OpenFile.directory(directory)) {
      Fd socket = socket(BLOCKING);
      try {
        // The kernel takes the mode of the new file from the socket's own inode.
        FileIo.chmod(socket, 0600);
        NativeBuffer address = address(FileIo.procPath(parent) + "/" + name);
        long bound =
            Libc.syscall(SyscallNumber.BIND, socket.number(), address.address(), address.size());
        Libc.keep(address);
        check(bound, "bind", socket, name);
        check(Libc.syscall(SyscallNumber.LISTEN, socket.number(), backlog), "listen", socket, name);
        return socket;
      } catch (Throwable t) {
        try (socket) {
          throw t;
        }
      }
    }
  }

  static Fd connect(Path directory, String name, Deadline deadline) throws IOException {
    requireOneComponent(name);
    try (Fd parent = OpenFile.directory(directory);
        Fd file = OpenFile.path(Path.of(FileIo.procPath(parent), name))) {
      FileStatus status = FileStatus.of(file);
      if (!status.isSocket()) {
        int errno = status.isSymbolicLink() ? Errno.ELOOP : Errno.ENOTSOCK;
        throw new ErrnoException("connect(" + Quoted.of(name) + ")", errno);
      }
      Fd socket = socket(NONBLOCKING);
      try {
        connect(socket, address(FileIo.procPath(file)), deadline, name);
        return socket;
      } catch (Throwable t) {
        try (socket) {
          throw t;
        }
      }
    }
  }

  /// A listener whose queue is full answers EAGAIN, and nothing tells when there is room again.
  private static void connect(Fd socket, NativeBuffer address, Deadline deadline, String name)
      throws IOException {
    while (true) {
      long result =
          Libc.syscall(SyscallNumber.CONNECT, socket.number(), address.address(), address.size());
      Libc.keep(address);
      if (result != -Errno.EAGAIN && result != -Errno.EINTR) {
        check(result, "connect", socket, name);
        return;
      }
      if (deadline.hasPassed()) {
        throw new SocketTimeoutException("connect to " + Quoted.of(name) + " has timed out");
      }
      pause();
    }
  }

  private static Fd socket(int type) throws ErrnoException {
    long made = Libc.syscall(SyscallNumber.SOCKET, AF_UNIX, type, 0);
    if (made < 0) {
      throw new ErrnoException("socket(AF_UNIX, SOCK_STREAM)", (int) -made);
    }
    return Fd.adopt((int) made);
  }

  private static NativeBuffer address(String path) throws ErrnoException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= SUN_PATH_SIZE) {
      throw new ErrnoException("bind(" + Quoted.of(path) + ")", Errno.ENAMETOOLONG);
    }
    NativeBuffer address = NativeBuffer.allocate(SUN_PATH + SUN_PATH_SIZE);
    address.bytes().putShort(0, (short) AF_UNIX).put(SUN_PATH, bytes);
    return address;
  }

  private static void requireOneComponent(String name) {
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "name of a socket: " + Quoted.of(name) + "; expected one file name");
    }
  }

  private static void check(long result, String call, Fd socket, String name)
      throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(
          call + "(" + socket.number() + ", " + Quoted.of(name) + ")", (int) -result);
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while connecting");
    }
  }
}
