package dev.urunj.runtime.boot;

import dev.urunj.runtime.config.Config;
import dev.urunj.runtime.config.MonitorConfig;
import dev.urunj.runtime.config.NetworkConfig;
import dev.urunj.runtime.config.ResourceSizing;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootProtocol;
import dev.urunj.runtime.guest.Guest;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.Node;
import dev.urunj.runtime.image.BootMemory;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.image.Overrides;
import dev.urunj.runtime.image.RootfsFiles.ResolvedFile;
import dev.urunj.runtime.image.UnikernelImage;
import dev.urunj.runtime.image.WantedAccelerator;
import dev.urunj.runtime.knative.Knative;
import dev.urunj.runtime.lowlevel.CgroupPath;
import dev.urunj.runtime.monitor.AcceleratorWish;
import dev.urunj.runtime.monitor.Monitor;
import dev.urunj.runtime.monitor.MonitorSearch;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.network.DeclaredPorts;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.registry.Registry;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.WiringRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What will be run for a unikernel: image, monitor and its files, sizes, accelerator and low-level
/// runtime. Decided once, at create, before anything is made.
///
/// @param image for the record
/// @param monitor for the record
/// @param needs what the monitor needs
/// @param wiring for the record
/// @param otherLowLevel the low-level runtime that takes the chosen one's place should that refuse;
///   null where the operator has chosen
/// @param timestamps where create and start append their moments, or null
public record MonitorChoice(
    ImageRecord image,
    MonitorRecord monitor,
    Requirements needs,
    WiringRecord wiring,
    @Nullable Path otherLowLevel,
    @Nullable Path timestamps) {

  /// Decides for one unikernel.
  ///
  /// @throws BadInputException when the image asks for what is not supported or does not fit
  public static MonitorChoice of(Spec spec, UnikernelImage image, Config config, Caller caller)
      throws IOException {
    Guest guest = Registry.guest(image.guest().word());
    Admission.check(spec, image, caller.log());
    Confinements.of(spec); // an error in it belongs to create, not to start
    MonitorConfig monitorConfig = config.monitor(image.monitor());
    ResourceSizing sizing = ResourceSizing.of(spec, image.overrides(), monitorConfig);
    BootMemory.of(image).check(spec.file().toString(), sizing.memoryMib());
    Monitor monitor = Registry.monitor(image.monitor().word());
    checkThatItBoots(monitor, guest, image);
    Requirements needs = needs(monitor, image, monitorConfig, caller);
    int overhead =
        monitorConfig.overheadMib() > 0
            ? monitorConfig.overheadMib()
            : monitor.overheadMib(needs.accelerator(), sizing.vcpus(), image.binary().size());
    CgroupPath form = CgroupPath.of(spec.cgroupsPath().orElse(""), caller.systemdCgroup());
    Node.LowLevelChoice lowLevel =
        caller.node().lowLevelForMonitors(config, form, caller.environment());
    return new MonitorChoice(
        imageRecord(image, spec),
        new MonitorRecord(
            image.monitor().word(),
            needs.binary(),
            needs.own(),
            needs.accelerator().word(),
            sizing.memoryMib(),
            overhead,
            sizing.vcpus(),
            lowLevel.program(),
            caller.systemdCgroup(),
            null,
            needs.tap().word(),
            needs.hasControlSocket()),
        needs,
        wiring(spec.annotations(), image.overrides(), config.network()),
        lowLevel.other(),
        config.timestamps().enabled() ? config.timestamps().destination() : null);
  }

  private static void checkThatItBoots(Monitor monitor, Guest guest, UnikernelImage image)
      throws BadInputException {
    if (!BootProtocol.meet(monitor.traits(Architecture.ofNode()).protocols(), guest.protocols())) {
      throw new BadInputException(
          "image",
          "com.urunc.unikernel.hypervisor",
          image.monitor().word() + " does not boot " + image.guest().word() + " on this processor",
          "another monitor");
    }
  }

  private static Requirements needs(
      Monitor monitor, UnikernelImage image, MonitorConfig config, Caller caller)
      throws IOException {
    Node node = caller.node();
    WantedAccelerator override = image.overrides().accelerator();
    String accelerator = (override == null ? config.accelerator() : override).word();
    return monitor.requirements(
        new MonitorSearch(config.path(), config.dataPath(), Node.path(caller.environment())),
        new AcceleratorWish(accelerator, node.probes(), node),
        image.binary().host());
  }

  private static ImageRecord imageRecord(UnikernelImage image, Spec spec) throws IOException {
    ResolvedFile initrd = image.initrd();
    return new ImageRecord(
        image.guest().word(),
        image.version(),
        image.binary().host(),
        initrd == null ? null : initrd.host(),
        image.arguments(spec.process()));
  }

  static WiringRecord wiring(
      Map<String, String> annotations, Overrides overrides, NetworkConfig config) {
    NetworkMode given = overrides.networkMode();
    NetworkMode mode = given == null ? config.mode() : given;
    Boolean localhost = overrides.localhost();
    DeclaredPorts ports = overrides.ports();
    boolean forKnative = mode == NetworkMode.AUTO && Knative.isGuest(annotations);
    WiringRecord wanted =
        WiringRecord.wanted(
            forKnative ? NetworkMode.STATIC_OR_AUTO : mode,
            localhost == null ? config.localhost() : localhost);
    if (!config.aliasNets().nets().isEmpty()) {
      wanted = wanted.preferring(config.aliasNets());
    }
    return ports == null ? wanted : wanted.declaring(ports);
  }
}
