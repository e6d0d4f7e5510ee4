package dev.urunj.runtime.boot;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.runtime.oci.ProcessSpec;
import java.io.IOException;
import java.nio.file.Path;

/// The guest's kernel as a file that the monitor can open by its name.
///
/// The monitor runs as the image's user and without a capability, so a kernel that only another
/// user may read, as distributions install it, is copied for it. A descriptor would not help,
/// because opening it again through `/proc/self/fd` needs the same permissions, proc(5).
public final class MonitorKernel {
  private static final int READ = 4; // S_IROTH, shifted for the group and the owner

  private MonitorKernel() {}

  /// The kernel's own file, or a copy.
  ///
  /// @param process whose user the monitor runs as
  /// @param copy where a copy may be made, in a directory that others do not get into
  public static Path readable(Path kernel, ProcessSpec process, Path copy) throws IOException {
    try (Fd found = OpenFile.readOnly(kernel)) {
      FileStatus status = FileStatus.of(found);
      if (isReadable(status, process)) {
        return kernel;
      }
      try (Fd made = OpenFile.appendNew(copy, 0600)) {
        FileIo.copy(found, made, status.size());
        FileIo.chmod(made, 0444);
      }
    }
    return copy;
  }

  /// By owner, group and others, of which the first that fits decides alone, path_resolution(7).
  private static boolean isReadable(FileStatus status, ProcessSpec process) {
    int mode = status.permissions();
    if (Integer.toUnsignedLong(status.uid()) == process.uid()) {
      return (mode & READ << 6) != 0;
    }
    long group = Integer.toUnsignedLong(status.gid());
    if (group == process.gid() || process.additionalGids().contains(group)) {
      return (mode & READ << 3) != 0;
    }
    return (mode & READ) != 0;
  }
}
