package dev.urunj.linux.mount;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.syscall.Libc;
import dev.urunj.linux.syscall.NativeBuffer;
import dev.urunj.linux.syscall.SyscallNumber;
import java.nio.file.Path;

/// Mount points of the calling thread's mount namespace, mount(2) and umount2(2). Needs
/// CAP_SYS_ADMIN there: EPERM without it.
public final class Mounts {
  private static final long MS_BIND = 0x1000; // uapi/linux/mount.h
  private static final long MS_REC = 0x4000;
  private static final long MS_PRIVATE = 0x40000;
  private static final int MNT_DETACH = 2; // include/linux/fs.h, umount2(2)
  private static final int UMOUNT_NOFOLLOW = 8;

  private Mounts() {}

  /// Makes `source` visible at `target` too, both of them files or both directories. Mounts below
  /// `source` do not follow. Same as: `mount --bind source target`
  public static void bind(Path source, Path target) throws ErrnoException {
    mount(source.toString(), target, MS_BIND, "MS_BIND");
  }

  /// Takes the topmost mount at `target` out of the tree at once; what still uses it ends on its
  /// own. A symbolic link at `target` is not followed. Same as: `umount --lazy target`
  ///
  /// @return false when nothing is mounted there, or nothing is there at all
  public static boolean detach(Path target) throws ErrnoException {
    NativeBuffer name = NativeBuffer.ofString(target.toString());
    long result = Libc.syscall(SyscallNumber.UMOUNT2, name.address(), MNT_DETACH | UMOUNT_NOFOLLOW);
    Libc.keep(name);
    if (result == -Errno.EINVAL || result == -Errno.ENOENT) {
      return false;
    }
    if (result < 0) {
      throw new ErrnoException(
          "umount2(" + Quoted.of(target.toString()) + ", MNT_DETACH|UMOUNT_NOFOLLOW)",
          (int) -result);
    }
    return true;
  }

  /// Ends the propagation of mounts between `mountPoint`, with all mounts below it, and other mount
  /// namespaces, in both directions. Same as: `mount --make-rprivate mountPoint`
  ///
  /// @throws ErrnoException EINVAL when it is no mount point
  public static void makePrivate(Path mountPoint) throws ErrnoException {
    mount("none", mountPoint, MS_REC | MS_PRIVATE, "MS_REC|MS_PRIVATE");
  }

  private static void mount(String source, Path target, long flags, String flagNames)
      throws ErrnoException {
    NativeBuffer from = NativeBuffer.ofString(source);
    NativeBuffer to = NativeBuffer.ofString(target.toString());
    long result = Libc.syscall(SyscallNumber.MOUNT, from.address(), to.address(), 0, flags, 0);
    Libc.keep(from, to);
    if (result < 0) {
      throw new ErrnoException(
          "mount("
              + Quoted.of(source)
              + ", "
              + Quoted.of(target.toString())
              + ", "
              + flagNames
              + ")",
          (int) -result);
    }
  }
}
