package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.mount.MountPoint;
import dev.urunj.linux.process.BootId;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Of which boot a container's state is. Of another one nothing exists but the files: process ids,
/// link indexes, control groups and namespaces that it names are somebody else's by now.
final class Boot {
  private static final long TMPFS_MAGIC = 0x01021994; // uapi/linux/magic.h

  private Boot() {}

  /// Whether what a record speaks of ended with another boot. A record that speaks of nothing yet
  /// is of this one.
  static boolean isOther(ContainerRecord record) throws IOException {
    String recorded = recorded(record);
    return recorded != null && !recorded.equals(BootId.read());
  }

  /// Whether state that has no readable record may be of another boot: it is not when it lies in
  /// memory, when its pin is mounted, or when one of its processes lives.
  static boolean isUnknown(StateDirectory directory) throws IOException {
    try (Fd fd = OpenFile.directory(directory.path())) {
      if (FileStatus.filesystemMagic(fd) == TMPFS_MAGIC) {
        return false;
      }
    }
    return MountPoint.below(directory.path()).isEmpty()
        && !MonitorProcesses.under(directory.root()).isAnyOf(directory.name());
  }

  private static @Nullable String recorded(ContainerRecord record) {
    NetworkRecord network = record.network();
    ProcessIdentity process = record.process();
    if (network != null) {
      return network.bootId();
    }
    return process == null ? null : process.bootId();
  }
}
