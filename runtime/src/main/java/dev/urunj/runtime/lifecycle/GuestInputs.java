package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.guest.BindMount;
import dev.urunj.runtime.guest.GuestInput;
import dev.urunj.runtime.guest.GuestNetwork;
import dev.urunj.runtime.guest.Workload;
import dev.urunj.runtime.oci.Mount;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.MonitorRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts together what a guest is planned from.
final class GuestInputs {
  private GuestInputs() {}

  /// A guest's input.
  ///
  /// @param bundle where relative sources of bind mounts are
  static GuestInput of(
      Spec spec,
      Path bundle,
      ImageRecord image,
      MonitorRecord monitor,
      @Nullable GuestNetwork network)
      throws IOException {
    return new GuestInput(
        image.kernel(),
        image.initrd(),
        workload(spec, image),
        network,
        bindMounts(spec, bundle),
        monitor.memoryMib(),
        monitor.vcpus());
  }

  private static Workload workload(Spec spec, ImageRecord image) throws IOException {
    ProcessSpec process = spec.process();
    return new Workload(
        process.args().isEmpty() ? image.arguments() : process.args(),
        process.env(),
        process.uid(),
        process.gid(),
        process.additionalGids(),
        process.cwd(),
        spec.hostname().orElse(""),
        process.terminal());
  }

  private static List<BindMount> bindMounts(Spec spec, Path bundle) throws IOException {
    List<BindMount> mounts = new ArrayList<>();
    for (Mount mount : spec.mounts()) {
      if (isBind(mount)) {
        mounts.add(
            new BindMount(
                bundle.resolve(mount.source()),
                mount.destination(),
                mount.options().contains("ro")));
      }
    }
    return mounts;
  }

  private static boolean isBind(Mount mount) {
    return mount.type().equals("bind")
        || mount.options().contains("bind")
        || mount.options().contains("rbind");
  }
}
