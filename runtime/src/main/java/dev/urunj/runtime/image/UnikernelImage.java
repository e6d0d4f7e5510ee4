package dev.urunj.runtime.image;

import dev.urunj.runtime.image.RootfsFiles.ResolvedFile;
import dev.urunj.runtime.oci.ProcessSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A unikernel in a bundle, as its image describes it. Every path was checked and found.
///
/// @param guest what is booted
/// @param monitor what boots it: `dev.urunj.monitor`, or else the image's hypervisor
/// @param binary the kernel; not empty
/// @param cmdline the arguments of an image whose container names none; see
///   [#arguments(ProcessSpec)]
/// @param version the version of the guest's framework, such as `0.17.0`; may be empty
/// @param initrd the initial ramdisk; not empty
/// @param block the block image; not empty
/// @param mountRootfs whether the container's rootfs is to be the guest's
/// @param overrides what the container's own annotations change
public record UnikernelImage(
    GuestKind guest,
    MonitorKind monitor,
    ResolvedFile binary,
    String cmdline,
    String version,
    @Nullable ResolvedFile initrd,
    @Nullable BlockImage block,
    boolean mountRootfs,
    Overrides overrides) {
  /// A block image of the rootfs.
  ///
  /// @param mountPoint where the guest mounts it, absolute
  public record BlockImage(ResolvedFile file, String mountPoint) {}

  /// The workload's argument vector: the container's, or where it has none the image's `cmdline`,
  /// split at white space (of ASCII; there is no quoting).
  public List<String> arguments(ProcessSpec process) {
    return process.args().isEmpty() ? words(cmdline) : process.args();
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean space = i == text.length() || " \t\n\u000b\f\r".indexOf(text.charAt(i)) >= 0;
      if (space && start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      } else if (!space && start < 0) {
        start = i;
      }
    }
    return words;
  }
}
