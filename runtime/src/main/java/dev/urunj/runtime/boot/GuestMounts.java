package dev.urunj.runtime.boot;

import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.runtime.guest.BindMount;
import dev.urunj.runtime.guest.CopyProgress;
import dev.urunj.runtime.guest.GuestMount;
import dev.urunj.runtime.guest.MountOptions;
import dev.urunj.runtime.guest.TmpfsMount;
import dev.urunj.runtime.oci.Mount;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The mounts of a specification that a guest can have, and one line for each other that it misses.
///
/// @param mounts in the specification's order
/// @param notes of the others
record GuestMounts(List<GuestMount> mounts, List<String> notes) {
  private static final String SHM = "/dev/shm";
  private static final long TMPFS_MAGIC = 0x01021994; // uapi/linux/magic.h

  /// File systems of the kernel that every engine lists, at the places where a guest has its own.
  private static final List<String> OF_THE_KERNEL =
      List.of(
          "proc /proc",
          "sysfs /sys",
          "devtmpfs /dev",
          "tmpfs /dev",
          "devpts /dev/pts",
          "mqueue /dev/mqueue",
          "cgroup /sys/fs/cgroup",
          "cgroup2 /sys/fs/cgroup");

  /// @param bundle where relative sources of bind mounts are
  /// @param memoryMib the guest's, above which a size limits nothing
  /// @param progress learns what this looks at
  static GuestMounts of(Spec spec, Path bundle, int memoryMib, CopyProgress progress)
      throws IOException {
    List<GuestMount> mounts = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Mount mount : spec.mounts()) {
      MountOptions options = MountOptions.of(mount.options());
      String destination = mount.destination();
      if (mount.isBind()) {
        Path source = bundle.resolve(mount.source());
        if (destination.equals(SHM)) {
          progress.at(SHM, source.toString());
          addShared(mounts, source, options, memoryMib);
        } else {
          mounts.add(new BindMount(source, destination, options.flags()));
        }
      } else if (mount.type().equals("tmpfs") && !destination.equals("/dev")) {
        mounts.add(new TmpfsMount(destination, options));
      } else if (!OF_THE_KERNEL.contains(mount.type() + " " + destination)) {
        String type = Quoted.of(mount.type());
        notes.add(
            "mount " + Quoted.of(destination) + " left out: a guest has no mounts of type " + type);
      }
    }
    addDevices(notes, spec);
    return new GuestMounts(mounts, notes);
  }

  /// Engines bind the pod's own shared memory here. Nothing in it can be shared with a guest, but
  /// its size is the container's.
  private static void addShared(
      List<GuestMount> mounts, Path source, MountOptions options, int memoryMib)
      throws IOException {
    try (Fd directory = OpenFile.path(source)) {
      long bytes = FileStatus.filesystemBytes(directory);
      if (FileStatus.filesystemMagic(directory) == TMPFS_MAGIC && bytes >> 20 < memoryMib) {
        String data = "mode=1777,size=" + bytes;
        mounts.add(new TmpfsMount(SHM, new MountOptions(options.flags(), data, false)));
      }
    }
  }

  private static void addDevices(List<String> notes, Spec spec) throws IOException {
    List<String> paths = spec.devices();
    if (!paths.isEmpty()) {
      String first = Quoted.of(paths.getFirst());
      String more = paths.size() == 1 ? "" : " and " + (paths.size() - 1) + " more";
      notes.add("device " + first + more + " left out: devices of the host are not the guest's");
    }
  }
}
