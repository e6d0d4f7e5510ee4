package dev.urunj.runtime.monitor.solo5;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.failure.KnownFailure;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.MachineTraits;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.AcceleratorWish;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.Launch;
import dev.urunj.runtime.monitor.LaunchScript;
import dev.urunj.runtime.monitor.Monitor;
import dev.urunj.runtime.monitor.MonitorDevice;
import dev.urunj.runtime.monitor.MonitorProcess;
import dev.urunj.runtime.monitor.MonitorSearch;
import dev.urunj.runtime.monitor.MonitorSettings;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.monitor.SignalControl;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A tender of Solo5, from 0.6 on. It takes its TAP by name, because the form with a descriptor
/// fails with 0.10 to 0.12, and the one with a name works with all. Frames have no header. The
/// guest's exit status is the tender's.
public final class Solo5 implements Monitor {
  /// What is kept in the record: the name of the kernel's network device, if it has one.
  private static final String NETWORK = "network";

  /// Measured with 0.12.1 and 512 MiB for the guest: 2 MB resident besides the guest's pages, and 2
  /// MB of libraries that the control group is charged with.
  private static final int OVERHEAD_MIB = 8;

  private final Tender tender;

  private Solo5(Tender tender) {
    this.tender = tender;
  }

  /// The tender `solo5-hvt`.
  public static Solo5 hvt() {
    return new Solo5(Tender.HVT);
  }

  /// The tender `solo5-spt`.
  public static Solo5 spt() {
    return new Solo5(Tender.SPT);
  }

  @Override
  public List<Accelerator> accelerators() {
    return List.of(tender.accelerator());
  }

  @Override
  public Requirements requirements(MonitorSearch search, AcceleratorWish wish, Path kernel)
      throws IOException {
    Solo5Files found = Solo5Files.find(search, tender);
    Accelerator named = wish.named(tender.word(), accelerators());
    if (named == null && tender == Tender.HVT && !Files.exists(Path.of(MonitorDevice.KVM.path()))) {
      throw new KnownFailure(
          FailureKind.NODE_LACKS,
          "monitor hvt: needs " + MonitorDevice.KVM.path() + ", which this node does not have");
    }
    Solo5Kernel read = checked(Solo5Kernel.read(kernel), kernel);
    JsonObject own = new JsonObject();
    boolean hasNetwork = !read.networks().isEmpty();
    if (hasNetwork) {
      own.addProperty(NETWORK, read.networks().getFirst());
    }
    return new Requirements(
        found.binary(),
        found.files(),
        LaunchScript.ARGV,
        tender.accelerator(),
        devices(hasNetwork),
        hasNetwork ? TapAccess.NAME : TapAccess.NONE,
        false,
        tender == Tender.SPT,
        own);
  }

  /// A tender would refuse these too, but only at start.
  private Solo5Kernel checked(Solo5Kernel kernel, Path file) throws BadInputException {
    if (kernel.target() != tender.target()) {
      throw Solo5Kernel.bad(
          file, "is not for the tender " + tender.word(), "one that was built for it");
    }
    if (kernel.networks().size() > 1) {
      throw Solo5Kernel.bad(
          file,
          "has the network devices " + String.join(", ", kernel.networks()),
          "at most one, because a pod has one interface for its guest");
    }
    if (!kernel.blocks().isEmpty()) {
      throw Solo5Kernel.bad(
          file,
          "has the block devices " + String.join(", ", kernel.blocks()),
          "none, because urunj does not attach them yet");
    }
    return kernel;
  }

  private List<MonitorDevice> devices(boolean hasNetwork) {
    List<MonitorDevice> devices = new ArrayList<>();
    if (tender == Tender.HVT) {
      devices.add(MonitorDevice.KVM);
    }
    if (hasNetwork) {
      devices.add(MonitorDevice.TUN);
    }
    return devices;
  }

  /// The console is what the guest writes. It has no name. No guest of a tender asks for one, so
  /// the name of a PC's first port stands in its place.
  @Override
  public MachineTraits traits(Architecture architecture) {
    return new MachineTraits(architecture, "ttyS0", 0, List.of(tender.protocol()));
  }

  @Override
  public Launch launch(BootPlan plan, MonitorSettings settings) {
    if (plan.networks().size() > 1) {
      throw new IllegalArgumentException(
          tender.word()
              + ": "
              + plan.networks().size()
              + " network interfaces; expected at most 1");
    }
    List<String> argv = new ArrayList<>();
    argv.add(settings.binary());
    argv.add("--mem=" + plan.memoryMib());
    JsonElement network = settings.own().get(NETWORK);
    if (network != null) {
      String name = network.getAsString();
      argv.add("--net:" + name + "=" + settings.tap());
      if (!plan.networks().isEmpty()) { // else the tender makes an address up
        argv.add("--net-mac:" + name + "=" + plan.networks().getFirst().mac());
      }
    }
    argv.add("--");
    argv.add(settings.kernel());
    if (!plan.commandLine().isEmpty()) {
      argv.add(plan.commandLine()); // the tender joins its arguments with blanks anyway
    }
    return new Launch(argv, false, List.of());
  }

  /// hvt ends on SIGTERM, and spt has no handler. No guest of Solo5 knows a request to stop.
  @Override
  public Control control(MonitorProcess process, Deadline deadline) {
    return new SignalControl(process, Signals.TERM, deadline);
  }

  @Override
  public int overheadMib(Accelerator accelerator, int vcpus, long kernelBytes) {
    return OVERHEAD_MIB;
  }
}
