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
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.oci.BadInputException;
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

  private static final Path KVM = Path.of("/dev/kvm");
  private static final int MISC_MAJOR = 10; // uapi/linux/major.h
  private static final int KVM_MINOR = 232; // linux/miscdevice.h
  private static final int TUN_MINOR = 200; // linux/miscdevice.h

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
    if (named == null && tender == Tender.HVT && !Files.exists(KVM)) {
      throw new KnownFailure(
          FailureKind.NODE_LACKS, "monitor hvt: needs " + KVM + ", which this node does not have");
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
      throw bad(file, "is not for the tender " + tender.word(), "one that was built for it");
    }
    if (kernel.networks().size() > 1) {
      throw bad(
          file,
          "has the network devices " + String.join(", ", kernel.networks()),
          "at most one, because a pod has one interface for its guest");
    }
    if (!kernel.blocks().isEmpty()) {
      throw bad(
          file,
          "has the block devices " + String.join(", ", kernel.blocks()),
          "none, because urunj does not attach them yet");
    }
    return kernel;
  }

  private static BadInputException bad(Path kernel, String problem, String expected) {
    return new BadInputException(
        "image",
        "com.urunc.unikernel.binary",
        BadInputException.quote(kernel.toString()) + " " + problem,
        expected);
  }

  private List<MonitorDevice> devices(boolean hasNetwork) {
    List<MonitorDevice> devices = new ArrayList<>();
    if (tender == Tender.HVT) {
      devices.add(new MonitorDevice(KVM.toString(), MISC_MAJOR, KVM_MINOR));
    }
    if (hasNetwork) {
      devices.add(new MonitorDevice("/dev/net/tun", MISC_MAJOR, TUN_MINOR));
    }
    return devices;
  }

  /// The console is what the guest writes; it has no name, so the one of a PC's first port stands
  /// here for no one.
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

  @Override
  public Control control(MonitorProcess process, Deadline deadline) {
    return new Solo5Control(process, deadline);
  }

  @Override
  public int overheadMib(Accelerator accelerator, int vcpus, long kernelBytes) {
    return OVERHEAD_MIB;
  }
}
