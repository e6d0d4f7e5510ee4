package dev.urunj.runtime.image;

import dev.urunj.runtime.image.RootfsFiles.ResolvedFile;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.ProcessSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /// The unikernel in `bundle`; empty when it holds an ordinary container, which is then the
  /// low-level runtime's.
  ///
  /// Where `unikernelType`, `hypervisor` and `binary` are all in the specification's annotations
  /// and not empty, the annotations alone count; else `/urunc.json` in the rootfs alone; the two
  /// are never merged. Each of the two is plain text or base64: where `unikernelType` is a known
  /// word as it stands, all its values are plain text; where it is one after decoding, all are
  /// standard base64 with padding. Without either the container is ordinary. The vAccel keys are
  /// not read from anywhere.
  ///
  /// urunc runs a container with a wrong description as an ordinary one, its kernel as a process.
  /// In urunj a wrong description is an error, and so are one or two of the three annotations
  /// without a `/urunc.json`. A Kubernetes sandbox (the pause container, which may get the
  /// annotations of its pod) is never a unikernel.
  ///
  /// @throws BadInputException when the image's description is there but cannot be used
  public static Optional<UnikernelImage> read(Bundle bundle) throws IOException {
    return read(bundle, WalkedRootfs.at(bundle.spec().rootfs()));
  }

  /// As [#read(Bundle)], looking for the image's files in `rootfs`.
  public static Optional<UnikernelImage> read(Bundle bundle, RootfsFiles rootfs)
      throws IOException {
    String where = bundle.spec().file().toString();
    Map<String, String> annotations = bundle.spec().annotations();
    ImageKeys keys = ImageSource.find(where, annotations, rootfs);
    if (keys == null) {
      return Optional.empty();
    }
    Overrides overrides = Overrides.read(where, annotations);
    return Optional.of(ImageReader.read(keys, overrides, rootfs));
  }

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
