package dev.urunj.linux.file;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.nio.file.Path;
import java.util.Arrays;

/// The ways in which files are opened here: openat(2), openat2(2), memfd_create(2). Every
/// descriptor is close-on-exec and belongs to the caller.
public final class OpenFile {
  private static final boolean X86 = System.getProperty("os.arch", "").equals("amd64");

  private static final int O_RDONLY = 0; // uapi/asm-generic/fcntl.h
  private static final int O_WRONLY = 0x1;
  private static final int O_RDWR = 0x2;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int O_NOCTTY = 0x100;
  private static final int O_APPEND = 0x400;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_PATH = 0x200000;
  // arch/arm64/include/uapi/asm/fcntl.h has its own
  private static final int O_DIRECTORY = X86 ? 0x10000 : 0x4000;
  private static final int O_NOFOLLOW = X86 ? 0x20000 : 0x8000;
  private static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

  private static final int RESOLVE_NO_MAGICLINKS = 0x02; // uapi/linux/openat2.h, since Linux 5.6
  private static final int RESOLVE_IN_ROOT = 0x10;
  private static final int OPEN_HOW_SIZE = 24;
  private static final int MFD_CLOEXEC = 1; // uapi/linux/memfd.h

  private OpenFile() {}

  /// The place in the file tree, not its content: `O_PATH|O_NOFOLLOW`. A symbolic link is opened
  /// itself. Opening has no effect on devices and FIFOs and needs no right to read.
  public static Fd path(Path path) throws ErrnoException {
    return open(path, O_PATH | O_NOFOLLOW, 0, "O_PATH|O_NOFOLLOW");
  }

  /// A directory, for reading; symbolic links are followed.
  ///
  /// @throws ErrnoException ENOTDIR when it is something else
  public static Fd directory(Path path) throws ErrnoException {
    return open(path, O_RDONLY | O_DIRECTORY, 0, "O_RDONLY|O_DIRECTORY");
  }

  /// For reading; symbolic links are followed. Waits for a writer when it is a FIFO.
  public static Fd readOnly(Path path) throws ErrnoException {
    return open(path, O_RDONLY, 0, "O_RDONLY");
  }

  /// For reading and writing what exists; symbolic links are followed.
  public static Fd readWrite(Path path) throws ErrnoException {
    return open(path, O_RDWR, 0, "O_RDWR");
  }

  /// A new file to which every write is appended.
  ///
  /// @param mode the permission bits, from which the process's umask is taken
  /// @throws ErrnoException EEXIST when there is anything of that name, a dangling link included
  public static Fd appendNew(Path path, int mode) throws ErrnoException {
    return open(
        path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, mode, "O_WRONLY|O_APPEND|O_CREAT|O_EXCL");
  }

  /// A file to which every write is appended, made where there is none; symbolic links are
  /// followed.
  ///
  /// @param mode the permission bits of a new one, from which the process's umask is taken
  public static Fd append(Path path, int mode) throws ErrnoException {
    return open(path, O_WRONLY | O_APPEND | O_CREAT, mode, "O_WRONLY|O_APPEND|O_CREAT");
  }

  /// A file without a name, for reading and writing by the holder of the descriptor; mode 0600. It
  /// lies on the file system of `directory` (`O_TMPFILE`), or in memory where that file system
  /// knows no unnamed files. It is gone with its last descriptor.
  public static Fd unnamed(Path directory) throws ErrnoException {
    try {
      return readable(open(directory, O_TMPFILE | O_RDWR, 0600, "O_TMPFILE|O_RDWR"));
    } catch (ErrnoException e) {
      // A file system that takes O_TMPFILE for a plain open of a directory answers EISDIR.
      if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EISDIR) {
        return inMemory();
      }
      throw e;
    }
  }

  /// What an untrusted path names inside of a root directory: `..`, absolute paths and symbolic
  /// links cannot leave it, links of /proc are refused (`RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS`).
  ///
  /// A regular file or a directory is open for reading. Anything else (device, FIFO, socket) is
  /// never opened, which could block or have effects: its descriptor is an `O_PATH` one, good for
  /// [FileStatus#of(Fd)] only, so ask that before reading.
  ///
  /// @throws ErrnoException ELOOP for a link of /proc, ENOSYS before Linux 5.6
  static Fd underRoot(Fd rootDirectory, String untrustedPath) throws ErrnoException {
    Fd found = resolveInRoot(rootDirectory, untrustedPath);
    try {
      FileStatus status = FileStatus.of(found);
      if (!status.isRegular() && !status.isDirectory()) {
        return found;
      }
      Fd opened = reopen(found);
      found.close();
      return opened;
    } catch (Throwable t) {
      try (found) {
        throw t;
      }
    }
  }

  /// The same file once more, for reading. Not by its name, which may lead to another file by now.
  static Fd reopen(Fd path) throws ErrnoException {
    return open(
        Path.of(FileIo.procPath(path)),
        O_RDONLY | O_NONBLOCK | O_NOCTTY,
        0,
        "O_RDONLY|O_NONBLOCK|O_NOCTTY");
  }

  /// A place in the file tree by a name made of bytes, see [FoundFile].
  ///
  /// @param follow whether a symbolic link that is the last component is followed
  /// @param shown the name for messages
  static Fd path(int directory, byte[] name, boolean follow, String shown) throws ErrnoException {
    NativeBuffer path = NativeBuffer.ofBytes(Arrays.copyOf(name, name.length + 1));
    int flags = O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);
    long result = Libc.syscall(SyscallNumber.OPENAT, directory, path.address(), flags, 0);
    Libc.keep(path);
    if (result < 0) {
      throw new ErrnoException(
          "openat(" + Quoted.of(shown) + (follow ? ", O_PATH)" : ", O_PATH|O_NOFOLLOW)"),
          (int) -result);
    }
    return Fd.adopt((int) result);
  }

  private static Fd resolveInRoot(Fd root, String path) throws ErrnoException {
    NativeBuffer name = cString(path, "openat2");
    NativeBuffer how = NativeBuffer.allocate(OPEN_HOW_SIZE);
    how.bytes().putLong(0, O_PATH | O_CLOEXEC);
    how.bytes().putLong(16, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    long result = -Errno.EAGAIN;
    // EAGAIN: something was renamed or mounted during the walk, so that ".." could not be trusted.
    for (int attempt = 0; attempt < 32 && result == -Errno.EAGAIN; attempt++) {
      result =
          Libc.syscall(
              SyscallNumber.OPENAT2, root.number(), name.address(), how.address(), OPEN_HOW_SIZE);
    }
    Libc.keep(name, how);
    if (result < 0) {
      throw new ErrnoException(
          "openat2(" + root.number() + ", " + Quoted.of(path) + ", RESOLVE_IN_ROOT)",
          (int) -result);
    }
    return Fd.adopt((int) result);
  }

  /// A file without a name in memory, memfd_create(2); mode 0600.
  public static Fd inMemory() throws ErrnoException {
    NativeBuffer name = NativeBuffer.ofString("unnamed");
    long result = Libc.syscall(SyscallNumber.MEMFD_CREATE, name.address(), MFD_CLOEXEC);
    Libc.keep(name);
    if (result < 0) {
      throw new ErrnoException("memfd_create(\"unnamed\", MFD_CLOEXEC)", (int) -result);
    }
    return readable(Fd.adopt((int) result));
  }

  /// With mode 0600, whatever the umask.
  private static Fd readable(Fd file) throws ErrnoException {
    try {
      FileIo.chmod(file, 0600);
      return file;
    } catch (Throwable t) {
      try (file) {
        throw t;
      }
    }
  }

  private static Fd open(Path path, int flags, int mode, String flagNames) throws ErrnoException {
    NativeBuffer name = cString(path.toString(), "openat");
    long result =
        Libc.syscall(
            SyscallNumber.OPENAT, FileStatus.AT_FDCWD, name.address(), flags | O_CLOEXEC, mode);
    Libc.keep(name);
    if (result < 0) {
      throw new ErrnoException(
          "openat(" + Quoted.of(path.toString()) + ", " + flagNames + ")", (int) -result);
    }
    return Fd.adopt((int) result);
  }

  /// A path with a zero byte names no file, because the kernel would see only the part before it.
  private static NativeBuffer cString(String path, String call) throws ErrnoException {
    if (path.indexOf('\0') >= 0) {
      throw new ErrnoException(call + "(" + Quoted.of(path) + ")", Errno.ENOENT);
    }
    return NativeBuffer.ofString(path);
  }
}
