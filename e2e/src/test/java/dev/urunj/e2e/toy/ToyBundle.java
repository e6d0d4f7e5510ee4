package dev.urunj.e2e.toy;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Pod;
import java.io.IOException;
import java.nio.file.Files;

/// Bundles of the toy guest.
final class ToyBundle {
  private ToyBundle() {}

  /// In a pod.
  ///
  /// @param kernel what its kernel begins with, see `urunj-toy.c`
  static BundleBuilder of(Pod pod, String kernel) throws IOException {
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod);
    bundle.contractFile(
        false,
        "unikernelType",
        "freebsd",
        "hypervisor",
        "firecracker",
        "binary",
        "/toy",
        "initrd",
        "");
    Files.writeString(bundle.copiedRootfs().resolve("toy"), kernel);
    return bundle;
  }
}
