package dev.urunj.runtime.monitor.qemu;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.BootProtocol;
import dev.urunj.runtime.guest.MachineTraits;
import dev.urunj.runtime.guest.NetworkDevice;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.AcceleratorWish;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.Launch;
import dev.urunj.runtime.monitor.LaunchFile;
import dev.urunj.runtime.monitor.LaunchScript;
import dev.urunj.runtime.monitor.Monitor;
import dev.urunj.runtime.monitor.MonitorDescriptors;
import dev.urunj.runtime.monitor.MonitorDevice;
import dev.urunj.runtime.monitor.MonitorProcess;
import dev.urunj.runtime.monitor.MonitorSearch;
import dev.urunj.runtime.monitor.MonitorSettings;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.payload.Payload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// QEMU 7.2 and later, qemu(1). Serial console on stdio, QMP on an inherited socket, no other
/// device than the network's; reset of the guest ends QEMU, see [#end].
public record Qemu() implements Monitor {
  /// The size of the translator's buffer in MiB. QEMU's default is an eighth of the *host's*
  /// memory, up to 1 GiB, whatever the container's limit is. A busy guest fills 64 MiB within half
  /// a minute, and runs on after a flush.
  static final int TRANSLATION_MIB = 64;

  private static final int KVM_OVERHEAD_MIB = 64;
  private static final int TCG_OVERHEAD_MIB = KVM_OVERHEAD_MIB + TRANSLATION_MIB;
  private static final int VCPU_OVERHEAD_MIB = 4;
  private static final int KERNEL_MIB = 16;

  /// An I/O port at which no other device of a PC answers. urunc gives mewz the same one.
  private static final int EXIT_PORT = 0x501;

  /// What is kept in the record: where the firmware is, paths of the monitor's root. An earlier
  /// version kept it by this name among the record's other members.
  private static final String DATA = "dataDirectories";

  private static final String RESET_ROM = "reset-rom";
  private static final int READABLE = 0444;

  private static final List<BootProtocol> PROTOCOLS =
      List.of(BootProtocol.LINUX, BootProtocol.MULTIBOOT);

  @Override
  public List<Accelerator> accelerators() {
    return List.of(Accelerator.KVM, Accelerator.TCG);
  }

  @Override
  public Requirements requirements(MonitorSearch search, AcceleratorWish wish, Path kernel)
      throws IOException {
    QemuFiles found = QemuFiles.find(search);
    Accelerator accelerator = accelerator(Path.of(found.binary()), wish);
    JsonObject own = new JsonObject();
    JsonArray directories = new JsonArray();
    for (String directory : found.dataDirectories()) {
      directories.add(directory);
    }
    own.add(DATA, directories);
    return new Requirements(
        found.binary(),
        found.files(),
        LaunchScript.ARGV,
        accelerator,
        devices(accelerator),
        TapAccess.DESCRIPTOR,
        true,
        true,
        own);
  }

  private Accelerator accelerator(Path program, AcceleratorWish wish) throws IOException {
    Accelerator named = wish.named("qemu", accelerators());
    if (named != null) {
      return named;
    }
    return new QemuProbe(wish.known(), wish.scratch()).runsGuests(program)
        ? Accelerator.KVM
        : Accelerator.TCG;
  }

  private static List<MonitorDevice> devices(Accelerator accelerator) {
    return accelerator == Accelerator.KVM ? List.of(MonitorDevice.KVM) : List.of();
  }

  /// Only PCs have the device that ends them.
  @Override
  public MachineTraits traits(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> new MachineTraits(architecture, "ttyS0", EXIT_PORT, PROTOCOLS);
      case AARCH64 -> new MachineTraits(architecture, "ttyAMA0", 0, PROTOCOLS);
    };
  }

  @Override
  public Control control(MonitorProcess process, Deadline deadline) throws IOException {
    return new QemuControl(Qmp.connect(process.channel(), deadline));
  }

  /// Measured, docs/decisions/0003-monitor-overhead.md: 36 MiB of memory of its own with a 14 MiB
  /// kernel in it, 25 MiB of program pages that the cgroup is charged with, 3 MiB for each further
  /// vCPU, and the translator's buffer.
  @Override
  public int overheadMib(Accelerator accelerator, int vcpus, long kernelBytes) {
    int base = accelerator == Accelerator.KVM ? KVM_OVERHEAD_MIB : TCG_OVERHEAD_MIB;
    int kernel = (int) Math.min(4096, (kernelBytes + (1 << 20) - 1) >> 20);
    return base + VCPU_OVERHEAD_MIB * (vcpus - 1) + Math.max(0, kernel - KERNEL_MIB);
  }

  @Override
  public Launch launch(BootPlan plan, MonitorSettings settings) throws IOException {
    if (plan.networks().size() > 1) {
      throw new IllegalArgumentException(
          "qemu: " + plan.networks().size() + " network interfaces; expected at most 1");
    }
    List<String> argv = new ArrayList<>(64);
    argv.add(settings.binary());
    argv.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-vga", "none"));
    firmware(argv, settings.own());
    machine(argv, settings);
    argv.addAll(List.of("-m", "size=" + plan.memoryMib() + "M"));
    argv.addAll(List.of("-smp", Integer.toString(plan.vcpus())));
    if (settings.sandbox()) {
      argv.add("-sandbox");
      argv.add("on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
    }
    boolean hasPort = plan.input() == StandardInput.PORT;
    console(argv, hasPort, settings.output());
    argv.add("-chardev");
    argv.add("socket,id=qmp,fd=" + MonitorDescriptors.CONTROL + ",server=on,wait=off");
    argv.addAll(List.of("-mon", "chardev=qmp,mode=control"));
    for (NetworkDevice device : plan.networks()) {
      network(argv, device);
    }
    List<LaunchFile> files = end(argv, plan, settings);
    argv.addAll(List.of("-kernel", settings.kernel()));
    if (plan.hasInitrd()) {
      argv.addAll(List.of("-initrd", settings.initrd()));
    }
    argv.addAll(List.of("-append", plan.commandLine()));
    return new Launch(argv, hasPort, files);
  }

  private static void firmware(List<String> argv, JsonObject own) {
    if (own.get(DATA) instanceof JsonArray directories) {
      for (JsonElement directory : directories) {
        argv.addAll(List.of("-L", directory.getAsString()));
      }
    }
  }

  /// q35 without what a guest of ours never looks at: a tenth of a second less than pc to boot. Its
  /// ICH9 has the ACPI power button.
  private static void machine(List<String> argv, MonitorSettings settings) {
    argv.add("-machine");
    argv.add(
        switch (settings.architecture()) {
          case X86_64 ->
              "q35,usb=off,vmport=off,smm=off,hpet=off,sata=off,smbus=off,dump-guest-core=off";
          case AARCH64 -> "virt,gic-version=max,dump-guest-core=off";
        });
    switch (settings.accelerator()) {
      case KVM -> argv.addAll(List.of("-accel", "kvm", "-cpu", "host"));
      case TCG -> argv.addAll(List.of("-accel", "tcg,tb-size=" + TRANSLATION_MIB, "-cpu", "max"));
      case NONE -> throw new IllegalArgumentException("qemu: has no accelerator none");
    }
  }

  /// Without an exit port a reset ends QEMU, whose status is 0 then. With one the guest's own word
  /// is the status: the machine may reset, and the firmware finds the ROM, which ends it as a
  /// failure.
  ///
  /// @return the ROM, where there is one
  private static List<LaunchFile> end(List<String> argv, BootPlan plan, MonitorSettings settings)
      throws IOException {
    if (plan.exitPort() == 0 || settings.architecture() != Architecture.X86_64) {
      argv.add("-no-reboot");
      return List.of();
    }
    argv.add("-device");
    argv.add("isa-debug-exit,iobase=" + plan.exitPort() + ",iosize=2");
    argv.addAll(List.of("-option-rom", settings.files() + "/" + RESET_ROM));
    return List.of(new LaunchFile(RESET_ROM, Payload.RESET_ROM.bytes(), READABLE));
  }

  /// The serial console is stdio. Where the standard input has a port of its own, that port is,
  /// because no other character device of QEMU's reads from a descriptor that it is given; the
  /// console is a file then.
  private static void console(List<String> argv, boolean hasPort, String output) {
    // signal=off: Ctrl-C is the guest's, also when stdio is a terminal.
    String stdio = "stdio,signal=off,id=";
    if (hasPort) {
      if (output.equals(MonitorDescriptors.OUTPUT_SET)) {
        argv.addAll(List.of("-add-fd", "fd=" + MonitorDescriptors.OUTPUT + ",set=1"));
      }
      argv.addAll(List.of("-chardev", "file,id=console0,append=on,path=" + output));
      argv.addAll(List.of("-chardev", stdio + "input0", "-device", "virtio-serial-pci"));
      argv.addAll(List.of("-device", "virtserialport,chardev=input0,name=dev.urunj.stdin"));
    } else {
      argv.addAll(List.of("-chardev", stdio + "console0"));
    }
    argv.addAll(List.of("-serial", "chardev:console0"));
  }

  private static void network(List<String> argv, NetworkDevice device) {
    argv.addAll(List.of("-netdev", "tap,id=net0,fd=" + MonitorDescriptors.TAP));
    String mtu = device.mtu() > 0 ? ",host_mtu=" + device.mtu() : "";
    argv.add("-device");
    argv.add("virtio-net-pci,netdev=net0,mac=" + value(device.mac()) + mtu + ",romfile=");
  }

  /// A comma ends a value in QEMU's lists; two of them mean one.
  static String value(String text) {
    return text.replace(",", ",,");
  }
}
