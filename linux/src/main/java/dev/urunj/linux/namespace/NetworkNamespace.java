package dev.urunj.linux.namespace;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.mount.Mounts;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import dev.urunj.linux.undo.Undo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A network namespace that is held open: it lives at least as long as this object, whatever
/// happens to the path or the process it was found by. network_namespaces(7).
///
/// A namespace belongs to a thread, not to the process. No method changes the namespace of the
/// thread that calls it; what must run inside runs by [#call], on a thread of its own that ends
/// afterwards, because a thread whose way back failed would poison whatever uses it next. Safe for
/// use by several threads, except for closing during a call.
public final class NetworkNamespace implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000; // uapi/linux/sched.h
  private static final long NSFS_MAGIC = 0x6e736673; // uapi/linux/magic.h
  private static final int NS_GET_NSTYPE = 0xb703; // uapi/linux/nsfs.h
  private static final int AF_UNIX = 1; // include/linux/socket.h
  private static final int SOCK_DGRAM = 2; // include/linux/net.h
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1; // uapi/asm-generic/socket.h
  private static final int SO_NETNS_COOKIE = 71; // since Linux 5.14
  private static final Path OF_THREAD = Path.of("/proc/thread-self/ns/net");

  private final Fd fd;
  private @Nullable NetworkNamespaceIdentity identity;

  private NetworkNamespace(Fd fd) {
    this.fd = fd;
  }

  /// The namespace that a path names now: a bind mount such as `/run/netns/NAME`, or
  /// `/proc/PID/ns/net`. It is verified before it is returned, and nothing is changed.
  ///
  /// @throws ErrnoException ENOENT and what else openat(2) says of the path
  /// @throws NamespaceException when it is no namespace, or one of another kind
  public static NetworkNamespace open(Path path) throws IOException {
    verify(path);
    Fd fd = OpenFile.readOnly(path);
    try {
      verify(fd, path);
      return new NetworkNamespace(fd);
    } catch (Throwable t) {
      try (fd) {
        throw t;
      }
    }
  }

  /// The namespace in which the calling thread is.
  static NetworkNamespace ofThread() throws IOException {
    return open(OF_THREAD);
  }

  /// A new namespace: a loopback interface that is down, nothing else. It ends with its last
  /// holder: this object, a pin, a process, a socket.
  ///
  /// @throws ErrnoException EPERM without CAP_SYS_ADMIN, ENOSPC at the limit of namespaces
  public static NetworkNamespace create() throws IOException {
    return OwnThread.call(
        new Callable<NetworkNamespace>() {
          @Override
          public NetworkNamespace call() throws IOException {
            long result = Libc.syscall(SyscallNumber.UNSHARE, CLONE_NEWNET);
            if (result < 0) {
              throw new ErrnoException("unshare(CLONE_NEWNET)", (int) -result);
            }
            return ofThread();
          }
        });
  }

  /// The open descriptor, still owned by this object. flock(2) works on it.
  public Fd fd() {
    return fd;
  }

  /// Device, inode and cookie. Asked of the kernel once; the cookie needs CAP_SYS_ADMIN, because a
  /// socket must be made inside.
  public synchronized NetworkNamespaceIdentity identity() throws IOException {
    NetworkNamespaceIdentity known = identity;
    if (known == null) {
      FileStatus status = FileStatus.of(fd);
      known =
          new NetworkNamespaceIdentity(
              status.device(),
              status.inode(),
              call(
                  new Callable<Long>() {
                    @Override
                    public Long call() throws IOException {
                      return cookieOfThread();
                    }
                  }));
      identity = known;
    }
    return known;
  }

  /// Whether both are one namespace. Both are held open, so the kernel cannot have given the inode
  /// of either to another. Device and inode therefore decide for certain, without entering them for
  /// their cookies.
  public boolean isSameAs(NetworkNamespace other) throws IOException {
    FileStatus mine = FileStatus.of(fd);
    FileStatus others = FileStatus.of(other.fd);
    return mine.device() == others.device() && mine.inode() == others.inode();
  }

  /// Keeps the namespace alive without any process: bind-mounts it on a new file. Acts in the
  /// calling thread's mount namespace. Same as: `ip netns attach`
  ///
  /// @param target must not exist; its directory must. Removed again when mounting fails
  /// @throws ErrnoException EEXIST when there is anything, EPERM without CAP_SYS_ADMIN
  public void pin(Path target) throws IOException {
    OpenFile.appendNew(target, 0600).close();
    try {
      Mounts.bind(Path.of(FileIo.procPath(fd)), target);
    } catch (Throwable t) {
      try (Undo _ =
          Undo.of(
              new Undo.Step() {
                @Override
                public void run() throws IOException {
                  FileIo.unlink(target);
                }
              })) {
        throw t;
      }
    }
  }

  /// Undoes a pin: unmounts all mounts on the file and removes it. It may be repeated, because what
  /// is done already is no error. Other holders keep the namespace alive.
  public static void unpin(Path target) throws IOException {
    while (Mounts.detach(target)) {
      // another mount lies over it; every layer must go, or the file cannot be removed
    }
    FileIo.unlink(target);
  }

  /// Runs a task inside of the namespace, on a new platform thread that ends with it, and waits for
  /// it. Sockets, TAP descriptors and child processes that it makes belong to the namespace,
  /// threads that it starts stay in it. `/proc/self/net` and `NetworkInterface` show the main
  /// thread's namespace instead, so use `/proc/thread-self`.
  ///
  /// @param task its IOExceptions and unchecked exceptions come back as thrown; another checked one
  ///   comes as the cause of an IOException
  /// @throws ErrnoException of setns(2): EPERM without CAP_SYS_ADMIN
  public <T extends @Nullable Object> T call(Callable<T> task) throws IOException {
    return OwnThread.callIn(fd, CLONE_NEWNET, "CLONE_NEWNET", task);
  }

  @Override
  public void close() throws ErrnoException {
    fd.close();
  }

  /// Looks before opening, because opening a FIFO for reading waits for a writer, and opening a
  /// device may have effects.
  private static void verify(Path path) throws IOException {
    FileStatus status = FileStatus.of(path);
    if (!status.isRegular()) {
      throw notNamespace(path);
    }
  }

  private static void verify(Fd fd, Path path) throws IOException {
    if (FileStatus.filesystemMagic(fd) != NSFS_MAGIC) {
      throw notNamespace(path);
    }
    long type = Libc.syscall(SyscallNumber.IOCTL, fd.number(), NS_GET_NSTYPE, 0);
    if (type < 0) {
      throw new ErrnoException("ioctl(" + fd.number() + ", NS_GET_NSTYPE)", (int) -type);
    }
    if (type != CLONE_NEWNET) {
      throw new NamespaceException(
          Quoted.of(path.toString())
              + " is a "
              + kind((int) type)
              + " namespace; expected a network namespace");
    }
  }

  private static NamespaceException notNamespace(Path path) {
    return new NamespaceException(
        Quoted.of(path.toString()) + " is not a namespace file; expected a network namespace");
  }

  /// The kinds by their `CLONE_NEW…` numbers, uapi/linux/sched.h.
  private static String kind(int type) {
    return switch (type) {
      case 0x00000080 -> "time";
      case 0x00020000 -> "mount";
      case 0x02000000 -> "cgroup";
      case 0x04000000 -> "UTS";
      case 0x08000000 -> "IPC";
      case 0x10000000 -> "user";
      case 0x20000000 -> "PID";
      default -> "unknown kind of";
    };
  }

  /// Every kind of socket has its namespace's cookie; one of AF_UNIX costs least.
  private static long cookieOfThread() throws ErrnoException {
    long made = Libc.syscall(SyscallNumber.SOCKET, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (made < 0) {
      throw new ErrnoException("socket(AF_UNIX, SOCK_DGRAM)", (int) -made);
    }
    try (Fd socket = Fd.adopt((int) made)) {
      NativeBuffer cookie = NativeBuffer.allocate(Long.BYTES);
      NativeBuffer length = NativeBuffer.allocate(Integer.BYTES);
      length.bytes().putInt(0, Long.BYTES);
      long result =
          Libc.syscall(
              SyscallNumber.GETSOCKOPT,
              socket.number(),
              SOL_SOCKET,
              SO_NETNS_COOKIE,
              cookie.address(),
              length.address());
      Libc.keep(cookie, length);
      if (result < 0 && result != -Errno.ENOPROTOOPT) {
        throw new ErrnoException(
            "getsockopt(" + socket.number() + ", SO_NETNS_COOKIE)", (int) -result);
      }
      return result < 0 ? 0 : cookie.bytes().getLong(0);
    }
  }
}
