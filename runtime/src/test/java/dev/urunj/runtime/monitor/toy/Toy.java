package dev.urunj.runtime.monitor.toy;

import com.google.gson.JsonObject;
import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.BootProtocol;
import dev.urunj.runtime.guest.MachineTraits;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.AcceleratorWish;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.Launch;
import dev.urunj.runtime.monitor.LaunchFile;
import dev.urunj.runtime.monitor.Monitor;
import dev.urunj.runtime.monitor.MonitorDescriptors;
import dev.urunj.runtime.monitor.MonitorDevice;
import dev.urunj.runtime.monitor.MonitorProcess;
import dev.urunj.runtime.monitor.MonitorSearch;
import dev.urunj.runtime.monitor.MonitorSettings;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.monitor.SignalControl;
import dev.urunj.runtime.monitor.TapAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// A monitor that differs from QEMU in all that a monitor may differ in: it opens its TAP by its
/// name, has no control socket, is executed directly, and reads one JSON file. It goes by the name
/// `firecracker`, because the image contract has that name and urunj does not run that yet.
public record Toy() implements Monitor {
  private static final String NAME = "firecracker";
  private static final String MACHINE = "machine.json";
  private static final List<Accelerator> ACCELERATORS = List.of(Accelerator.NONE);
  private static final int OWNER_READS = 0400;
  private static final int SIGTERM = 15;

  @Override
  public List<Accelerator> accelerators() {
    return ACCELERATORS;
  }

  @Override
  public Requirements requirements(MonitorSearch search, AcceleratorWish wish, Path kernel)
      throws IOException {
    Accelerator named = wish.named(NAME, ACCELERATORS);
    ToyFiles found = ToyFiles.find(search);
    JsonObject own = new JsonObject();
    own.addProperty("greeting", "a toy");
    return new Requirements(
        found.binary(),
        found.files(),
        List.of(found.binary(), LaunchFile.DIRECTORY + "/" + MACHINE),
        named == null ? Accelerator.NONE : named,
        List.of(MonitorDevice.TUN),
        TapAccess.NAME,
        false,
        false,
        own);
  }

  @Override
  public MachineTraits traits(Architecture architecture) {
    return new MachineTraits(architecture, "ttyS0", 0, List.of(BootProtocol.ELF64));
  }

  @Override
  public Launch launch(BootPlan plan, MonitorSettings settings) {
    if (plan.networks().size() > 1) {
      throw new IllegalArgumentException(
          NAME + ": " + plan.networks().size() + " network interfaces; expected at most 1");
    }
    JsonObject machine = new JsonObject();
    machine.addProperty("tap", settings.tap());
    machine.addProperty("mac", plan.networks().isEmpty() ? "" : plan.networks().getFirst().mac());
    machine.addProperty("kernel", settings.kernel());
    machine.addProperty("commandLine", plan.commandLine());
    machine.addProperty("greeting", settings.own().get("greeting").getAsString());
    machine.addProperty("errors", MonitorDescriptors.ERRORS);
    byte[] bytes = machine.toString().getBytes(StandardCharsets.UTF_8);
    return new Launch(
        List.of(settings.binary(), settings.files() + "/" + MACHINE),
        false,
        List.of(new LaunchFile(MACHINE, bytes, OWNER_READS)));
  }

  @Override
  public Control control(MonitorProcess process, Deadline deadline) {
    return new SignalControl(process, SIGTERM, deadline);
  }

  @Override
  public int overheadMib(Accelerator accelerator, int vcpus, long kernelBytes) {
    return 8;
  }
}
