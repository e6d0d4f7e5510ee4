package dev.urunj.runtime.image;

import dev.urunj.runtime.image.RootfsFiles.Absent;
import dev.urunj.runtime.image.RootfsFiles.Lookup;
import dev.urunj.runtime.image.RootfsFiles.ResolvedFile;
import dev.urunj.runtime.image.RootfsFiles.Unusable;
import dev.urunj.runtime.image.UnikernelImage.BlockImage;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Bundle;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns the values of an image's description into a checked [UnikernelImage].
public final class ImageReader {
  private static final int CMDLINE_LIMIT = 64 << 10;
  private static final int VERSION_LIMIT = 128;

  private ImageReader() {}

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
    return Optional.of(read(keys, overrides, rootfs));
  }

  private static UnikernelImage read(ImageKeys keys, Overrides overrides, RootfsFiles rootfs)
      throws IOException {
    MonitorKind monitor = monitor(keys, overrides);
    ResolvedFile binary = file(keys, ImageKeys.BINARY, rootfs);
    if (binary == null) {
      throw keys.bad(ImageKeys.BINARY, "is missing", "the path of the kernel in the rootfs");
    }
    return new UnikernelImage(
        keys.guest(),
        monitor,
        binary,
        bounded(keys, ImageKeys.CMDLINE, CMDLINE_LIMIT),
        version(keys),
        file(keys, ImageKeys.INITRD, rootfs),
        block(keys, rootfs),
        mountRootfs(keys, ImageKeys.MOUNT_ROOTFS) || mountRootfs(keys, ImageKeys.USE_DM_BLOCK),
        overrides);
  }

  private static MonitorKind monitor(ImageKeys keys, Overrides overrides) throws BadInputException {
    String word = keys.value(ImageKeys.HYPERVISOR);
    MonitorKind named = MonitorKind.of(word);
    if (named == null) {
      String problem = word.isEmpty() ? "is missing" : "is " + BadInputException.quote(word);
      throw keys.bad(ImageKeys.HYPERVISOR, problem, MonitorKind.WORDS + ", " + keys.encoding());
    }
    MonitorKind monitor = overrides.monitor() == null ? named : overrides.monitor();
    if (!monitor.boots(keys.guest())) {
      throw keys.bad(
          overrides.monitor() == null ? ImageKeys.HYPERVISOR : Overrides.MONITOR,
          monitor.word() + " does not boot " + keys.guest().word(),
          "one of " + monitorsFor(keys.guest()));
    }
    return monitor;
  }

  private static String monitorsFor(GuestKind guest) {
    StringBuilder words = new StringBuilder();
    for (MonitorKind monitor : MonitorKind.values()) {
      if (monitor.boots(guest)) {
        words.append(words.isEmpty() ? "" : ", ").append(monitor.word());
      }
    }
    return words.toString();
  }

  private static @Nullable ResolvedFile file(ImageKeys keys, String key, RootfsFiles rootfs)
      throws IOException {
    String path = ImagePath.read(keys, key);
    if (path.isEmpty()) {
      return null;
    }
    Lookup found = rootfs.regularFile(path);
    if (found instanceof ResolvedFile file && file.size() > 0) {
      return file;
    }
    throw keys.bad(
        key,
        BadInputException.quote(path) + " " + problem(found),
        "a regular file in the rootfs, with content");
  }

  private static String problem(Lookup found) {
    return switch (found) {
      case ResolvedFile _ -> "is empty";
      case Unusable(String problem) -> problem;
      case Absent _ -> "does not exist";
    };
  }

  private static @Nullable BlockImage block(ImageKeys keys, RootfsFiles rootfs) throws IOException {
    ResolvedFile file = file(keys, ImageKeys.BLOCK, rootfs);
    String mountPoint = ImagePath.read(keys, ImageKeys.BLOCK_MOUNT_POINT);
    if (file == null) {
      return null;
    }
    if (mountPoint.isEmpty()) { // urunc's words, which its users search for
      throw keys.bad(
          ImageKeys.BLOCK_MOUNT_POINT,
          "annotation for block device was set without a mountpoint",
          "the path where the guest mounts it");
    }
    if (!mountPoint.startsWith("/")) {
      throw keys.bad(
          ImageKeys.BLOCK_MOUNT_POINT,
          "is " + BadInputException.quote(mountPoint),
          "an absolute path");
    }
    return new BlockImage(file, mountPoint);
  }

  private static String version(ImageKeys keys) throws BadInputException {
    String version = bounded(keys, ImageKeys.VERSION, VERSION_LIMIT);
    for (int i = 0; i < version.length(); i++) {
      char c = version.charAt(i);
      if (c <= ' ' || c > '~') {
        throw keys.bad(
            ImageKeys.VERSION,
            "is " + BadInputException.quote(version),
            "a version such as 0.17.0, without spaces");
      }
    }
    return version;
  }

  private static String bounded(ImageKeys keys, String key, int limit) throws BadInputException {
    String value = keys.value(key);
    if (value.length() > limit) {
      throw keys.bad(
          key, "has " + value.length() + " characters", "at most " + limit + " characters");
    }
    return value;
  }

  /// The words of Go's `strconv.ParseBool`; urunc reads any other word as false.
  private static boolean mountRootfs(ImageKeys keys, String key) throws BadInputException {
    String word = keys.value(key);
    return switch (word) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "", "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw keys.bad(key, "is " + BadInputException.quote(word), "true or false");
    };
  }
}
