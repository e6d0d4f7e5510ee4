package dev.urunj.linux.file;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// What the kernel knows of a file, statx(2).
///
/// @param device the file system's device number, as `st_dev` of stat(2) encodes it
/// @param inode unique in its file system, as long as the file exists
/// @param mode type and permission bits, as `st_mode`
/// @param uid the owner, as seen from this process's user namespace
/// @param gid the group, likewise
/// @param size bytes of content
public record FileStatus(long device, long inode, int mode, int uid, int gid, long size) {
  static final int AT_FDCWD = -100; // uapi/linux/fcntl.h
  private static final int S_IFMT = 0xf000; // uapi/linux/stat.h
  private static final int S_IFSOCK = 0xc000;
  private static final int S_IFLNK = 0xa000;
  private static final int S_IFREG = 0x8000;
  private static final int S_IFDIR = 0x4000;
  private static final int S_IFCHR = 0x2000;
  private static final int S_IFIFO = 0x1000;

  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int STATX_SIZE = 256;
  private static final int STATFS_SIZE = 120;

  /// Of an open file, opened with `O_PATH` included.
  public static FileStatus of(Fd descriptor) throws ErrnoException {
    return statx(descriptor.number(), "", AT_EMPTY_PATH);
  }

  /// Of what a path names; symbolic links are followed.
  public static FileStatus of(Path path) throws ErrnoException {
    return statx(AT_FDCWD, path.toString(), 0);
  }

  /// The magic number of the file system on which an open file lies, such as `NSFS_MAGIC`: `f_type`
  /// of fstatfs(2), uapi/linux/magic.h.
  public static long filesystemMagic(Fd descriptor) throws ErrnoException {
    return statfs(descriptor, 0);
  }

  /// The size of the file system on which an open file lies, in bytes: `f_blocks` times `f_bsize`
  /// of fstatfs(2).
  public static long filesystemBytes(Fd descriptor) throws ErrnoException {
    return statfs(descriptor, 2) * statfs(descriptor, 1);
  }

  /// A word of `struct statfs`, asm-generic/statfs.h: `f_type`, `f_bsize`, `f_blocks`.
  private static long statfs(Fd descriptor, int word) throws ErrnoException {
    NativeBuffer status = NativeBuffer.allocate(STATFS_SIZE);
    long result = Libc.syscall(SyscallNumber.FSTATFS, descriptor.number(), status.address());
    long value = status.bytes().getLong(Long.BYTES * word);
    Libc.keep(status);
    if (result < 0) {
      throw new ErrnoException("fstatfs(" + descriptor.number() + ")", (int) -result);
    }
    return value;
  }

  public boolean isRegular() {
    return (mode & S_IFMT) == S_IFREG;
  }

  public boolean isDirectory() {
    return (mode & S_IFMT) == S_IFDIR;
  }

  boolean isFifo() {
    return (mode & S_IFMT) == S_IFIFO;
  }

  public boolean isSocket() {
    return (mode & S_IFMT) == S_IFSOCK;
  }

  public boolean isSymbolicLink() {
    return (mode & S_IFMT) == S_IFLNK;
  }

  public boolean isCharacterDevice() {
    return (mode & S_IFMT) == S_IFCHR;
  }

  /// The permission bits: `mode & 07777`.
  public int permissions() {
    return mode & ~S_IFMT;
  }

  private static FileStatus statx(int directory, String path, int flags) throws ErrnoException {
    NativeBuffer name = NativeBuffer.ofString(path);
    NativeBuffer status = NativeBuffer.allocate(STATX_SIZE);
    long result =
        Libc.syscall(
            SyscallNumber.STATX,
            directory,
            name.address(),
            flags,
            STATX_BASIC_STATS,
            status.address());
    Libc.keep(name, status);
    if (result < 0) {
      String where = path.isEmpty() ? Integer.toString(directory) : Quoted.of(path);
      throw new ErrnoException("statx(" + where + ")", (int) -result);
    }
    ByteBuffer statx = status.bytes(); // struct statx, uapi/linux/stat.h
    return new FileStatus(
        device(statx.getInt(136), statx.getInt(140)),
        statx.getLong(32),
        Short.toUnsignedInt(statx.getShort(28)),
        statx.getInt(20),
        statx.getInt(24),
        statx.getLong(40));
  }

  /// `makedev(3)`, so that numbers compare with those which other programs print.
  private static long device(long major, long minor) {
    return (major & 0xfffff000L) << 32
        | (major & 0xfff) << 8
        | (minor & 0xffffff00L) << 12
        | (minor & 0xff);
  }
}
