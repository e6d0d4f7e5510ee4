package dev.urunj.runtime.boot;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileReader;
import dev.urunj.linux.file.FoundFile;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.KernelFormat;
import dev.urunj.runtime.host.Log;
import dev.urunj.runtime.image.GuestKind;
import dev.urunj.runtime.image.UnikernelImage;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Mount;
import dev.urunj.runtime.oci.Namespace;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Finds what is wrong with a unikernel's container before urunj makes anything. Callers expect
/// such errors from create, not from start.
final class Admission {
  private Admission() {}

  /// Refuses what cannot run, and notes what may not.
  ///
  /// @throws BadInputException when the specification or the image asks for what is not supported
  static void check(Spec spec, UnikernelImage image, Log log) throws IOException {
    refuseVersion(spec);
    refuseBlock(image);
    refuseUserNamespace(spec);
    refuseNothingToExecute(spec, image);
    refuseBindOfNothing(spec);
    if (spec.hasHooks(MonitorBundle.START_CONTAINER)) {
      log.warn(
          "hooks.startContainer: left out, because nothing can be run inside of a guest before its"
              + " program");
    }
    if (image.guest() == GuestKind.LINUX) {
      refuseNoKernel(image);
      if (image.initrd() == null) {
        log.warn("image: has neither initrd nor block; its kernel must hold the root file system");
      }
    }
  }

  private static void refuseNoKernel(UnikernelImage image) throws IOException {
    Path kernel = image.binary().host();
    Architecture architecture = Architecture.ofNode();
    byte[] head = head(kernel);
    String problem = KernelFormat.problem(head, image.binary().size(), architecture);
    if (problem != null) {
      throw new BadInputException(
          "image",
          "com.urunc.unikernel.binary",
          BadInputException.quote(kernel.toString()) + " " + problem,
          KernelFormat.expected(architecture));
    }
  }

  private static byte[] head(Path kernel) throws IOException {
    try (FoundFile found = FoundFile.withoutLinks(kernel)) {
      if (!found.status().isRegular()) {
        return new byte[0]; // exchanged since it was looked up
      }
      try (Fd open = found.open()) {
        return new FileReader().readUpTo(open, KernelFormat.HEAD_BYTES, KernelFormat.HEAD_BYTES);
      }
    }
  }

  /// All specifications so far have the major version 1, and a larger one may mean anything. Like
  /// the low-level runtimes, we accept a specification without a version.
  private static void refuseVersion(Spec spec) throws IOException {
    String version = spec.ociVersion().orElse("1.0.0");
    if (!version.startsWith("1.")) {
      throw new BadInputException(
          spec.file().toString(),
          "ociVersion",
          "is " + BadInputException.quote(version),
          "a version that begins with 1.");
    }
  }

  private static void refuseBlock(UnikernelImage image) throws BadInputException {
    if (image.block() != null || image.mountRootfs()) {
      throw new BadInputException(
          "image",
          image.block() != null
              ? "com.urunc.unikernel.block"
              : "com.urunc.unikernel.mountRootfs (or useDMBlock)",
          "is not supported yet",
          "an initrd, or a root file system inside the kernel");
    }
  }

  /// The TAP's owner and the device nodes would need mapped ids.
  private static void refuseUserNamespace(Spec spec) throws IOException {
    for (Namespace namespace : spec.namespaces()) {
      if (namespace.type().equals("user")) {
        throw new BadInputException(
            spec.file().toString(),
            "linux.namespaces[user]",
            "a unikernel in a user namespace is not supported yet",
            "no user namespace");
      }
    }
  }

  private static void refuseNothingToExecute(Spec spec, UnikernelImage image) throws IOException {
    List<String> arguments = image.arguments(spec.process());
    boolean nothing = arguments.isEmpty() || arguments.getFirst().isEmpty();
    if (nothing && image.guest() == GuestKind.LINUX) {
      throw new BadInputException(
          spec.file().toString(),
          "process.args",
          "names no program, and neither does the image's cmdline",
          "the program that the guest executes");
    }
  }

  /// An empty source would be the bundle itself, whose `config.json` holds the workload's
  /// environment.
  private static void refuseBindOfNothing(Spec spec) throws IOException {
    List<Mount> mounts = spec.mounts();
    for (int i = 0; i < mounts.size(); i++) {
      if (mounts.get(i).isBind() && mounts.get(i).source().isEmpty()) {
        throw new BadInputException(
            spec.file().toString(),
            "mounts[" + i + "].source",
            "is empty",
            "the file or directory to bind");
      }
    }
  }
}
