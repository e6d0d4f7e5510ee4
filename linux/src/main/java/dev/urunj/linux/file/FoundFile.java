package dev.urunj.linux.file;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A file that was looked up once and is held (`O_PATH`). Its type, its content and what is below
/// it are answers about this one file, whatever happens to its name meanwhile. So no program can
/// swap the file between a look and an open. This opens only what it has seen to be a regular file
/// or a directory, so a FIFO cannot make the caller wait and a device cannot act.
///
/// Content is opened through `/proc/thread-self/fd`, without blocking: a lease of another process
/// (fcntl(2), F_SETLEASE) is EAGAIN instead of a wait. A file system that does not answer can still
/// make every call here wait.
public final class FoundFile implements AutoCloseable {
  private static final int PATH_MAX = 4096; // uapi/linux/limits.h

  private final Fd path;
  private final FileStatus status;

  private FoundFile(Fd path, FileStatus status) {
    this.path = path;
    this.status = status;
  }

  /// What a path names; symbolic links are followed, also the last, as mount(2) does.
  public static FoundFile of(Path path) throws ErrnoException {
    return looked(OpenFile.path(FileStatus.AT_FDCWD, bytes(path), true, path.toString()));
  }

  /// What an absolute path names, if none of its components is a symbolic link.
  ///
  /// @throws ErrnoException ENOTDIR when there is a link on the way; the last component may be one,
  ///   which is then what was found
  public static FoundFile withoutLinks(Path path) throws ErrnoException {
    FoundFile here = of(Path.of("/"));
    for (Path name : path) {
      try (FoundFile above = here) {
        here = above.child(bytes(name));
      }
    }
    return here;
  }

  /// The file of that name in this directory; a symbolic link is found itself.
  ///
  /// @param name one component, as the file system spells it
  /// @throws ErrnoException ENOENT when it is gone, ENOTDIR when this is no directory
  public FoundFile child(byte[] name) throws ErrnoException {
    String shown = new String(name, StandardCharsets.UTF_8);
    for (byte b : name) {
      if (b == '/' || b == 0) {
        throw new ErrnoException("openat(" + Quoted.of(shown) + ", O_PATH)", Errno.ENOENT);
      }
    }
    return looked(OpenFile.path(path.number(), name, false, shown));
  }

  /// As it was when it was found. A size may have changed since.
  public FileStatus status() {
    return status;
  }

  /// The content of a regular file or the entries of a directory, for reading. The caller closes
  /// it.
  ///
  /// @throws ErrnoException EAGAIN when it cannot be opened without waiting
  /// @throws IllegalStateException when it is neither: such a file is never opened
  public Fd open() throws ErrnoException {
    if (!status.isRegular() && !status.isDirectory()) {
      throw new IllegalStateException("only regular files and directories are opened");
    }
    return OpenFile.reopen(path);
  }

  /// The text of a symbolic link.
  public byte[] linkTarget() throws ErrnoException {
    NativeBuffer empty = NativeBuffer.ofString("");
    NativeBuffer target = NativeBuffer.allocate(PATH_MAX);
    long length =
        Libc.syscall(
            SyscallNumber.READLINKAT, path.number(), empty.address(), target.address(), PATH_MAX);
    Libc.keep(empty, target);
    if (length < 0) {
      throw new ErrnoException("readlinkat(" + path.number() + ")", (int) -length);
    }
    byte[] text = new byte[(int) length];
    target.bytes().get(0, text);
    return text;
  }

  private static FoundFile looked(Fd path) throws ErrnoException {
    try {
      return new FoundFile(path, FileStatus.of(path));
    } catch (Throwable t) {
      try (path) {
        throw t;
      }
    }
  }

  /// The bytes of a name as the JVM understands the file system's: UTF-8.
  private static byte[] bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws ErrnoException {
    path.close();
  }
}
