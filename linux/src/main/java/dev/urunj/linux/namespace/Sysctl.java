package dev.urunj.linux.namespace;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.OpenFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One setting of the kernel under `/proc/sys`, sysctl(8). What is below `net` belongs to the
/// network namespace of the thread that opens it (`net/sysctl_net.c`), so call this within
/// [NetworkNamespace#call]. Same as: `sysctl $name`, `sysctl -w $name=$value`
///
/// A name is written as a path, `net/ipv4/conf/lo/route_localnet`, because an interface's name may
/// have dots.
public final class Sysctl {
  private static final String ROOT = "/proc/sys/";
  private static final int LONGEST = 4096;

  private Sysctl() {}

  /// The value without the line break at its end.
  ///
  /// @throws ErrnoException `ENOENT` when this kernel, or this namespace, has no such setting
  /// @throws IllegalArgumentException for a name that leads elsewhere
  public static String read(String name) throws ErrnoException {
    try (Fd file = OpenFile.readOnly(path(name))) {
      byte[] value = new byte[LONGEST];
      int length = Math.max(0, FileIo.read(file, value, 0, LONGEST));
      if (length > 0 && value[length - 1] == '\n') {
        length--;
      }
      return new String(value, 0, length, StandardCharsets.UTF_8);
    }
  }

  /// As [#read], and null when this kernel, or this namespace, has no such setting.
  public static @Nullable String find(String name) throws ErrnoException {
    try {
      return read(name);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  /// Sets the value, at once.
  ///
  /// @throws ErrnoException `ENOENT` when there is no such setting, `EINVAL` for a value that it
  ///   does not take, `EROFS` where `/proc/sys` is mounted read-only
  /// @throws IllegalArgumentException for a name that leads elsewhere
  public static void write(String name, String value) throws ErrnoException {
    try (Fd file = OpenFile.readWrite(path(name))) {
      FileIo.writeFully(file, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Path path(String name) {
    for (int at = 0; at <= name.length(); ) {
      int slash = name.indexOf('/', at);
      int end = slash < 0 ? name.length() : slash;
      String part = name.substring(at, end);
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "setting " + Quoted.of(name) + "; expected a path such as \"net/ipv4/ip_forward\"");
      }
      at = end + 1;
    }
    return Path.of(ROOT + name);
  }
}
