package dev.urunj.runtime.boot;

import com.google.gson.JsonObject;
import dev.urunj.fuzz.Refusal;
import dev.urunj.fuzz.Scratch;
import dev.urunj.runtime.config.Config;
import dev.urunj.runtime.config.ConfigReader;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootProtocol;
import dev.urunj.runtime.guest.CopyProgress;
import dev.urunj.runtime.guest.GuestInput;
import dev.urunj.runtime.guest.LinuxGuest;
import dev.urunj.runtime.guest.MachineTraits;
import dev.urunj.runtime.guest.MountFiles;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.host.Log;
import dev.urunj.runtime.knative.QueueProxy;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.MonitorFile;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Mount;
import dev.urunj.runtime.oci.Namespace;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.MonitorRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Feeds a bundle's `config.json`: every part of it is read, the guest is planned, and the
/// monitor's own `config.json` is derived and must be one, with our namespace, our program and
/// nothing of the workload's mounts. As that of `queue-proxy` it is changed in its environment, in
/// nothing else, and no second time.
public final class ConfigJsonFuzzer {
  private static final Path BUNDLE = Scratch.directory();
  private static final Path MONITOR_BUNDLE = BUNDLE.resolve("monitor");
  private static final Path PIN = Path.of("/run/urunj/c1/netns");
  private static final List<String> PROGRAM = List.of("/bin/sh", "/launch");

  private static final ImageRecord IMAGE =
      new ImageRecord("linux", "6.1", Path.of("/kernel"), null, List.of("/bin/web"));
  private static final MonitorRecord MONITOR =
      new MonitorRecord(
          "qemu",
          "/q",
          new JsonObject(),
          "kvm",
          128,
          33,
          2,
          Path.of("/usr/bin/runc"),
          false,
          null,
          "descriptor",
          true);
  private static final Requirements NEEDS =
      new Requirements(
          "/q",
          List.of(new MonitorFile.Bind(Path.of("/usr/bin/q"), "/q")),
          PROGRAM,
          Accelerator.KVM,
          List.of(),
          TapAccess.DESCRIPTOR,
          true,
          true,
          new JsonObject());

  private ConfigJsonFuzzer() {}

  /// One execution.
  public static void fuzzerTestOneInput(byte[] input) {
    Scratch.write(BUNDLE.resolve(Bundle.CONFIG), input);
    Refusal.accepts(() -> read(Bundle.load(BUNDLE).spec()));
    Refusal.accepts(ConfigJsonFuzzer::tell);
  }

  private static void tell() throws IOException {
    Path file = BUNDLE.resolve(Bundle.CONFIG);
    Config defaults =
        new ConfigReader(Map.of("URUNJ_CONFIG_FILE", BUNDLE.resolve("none").toString())).read();
    Bundle bundle = Bundle.load(BUNDLE);
    JsonObject before = withoutEnvironment(bundle);
    QueueProxy.adapt(bundle, defaults, new Checked());
    String once = Files.readString(file);
    Bundle told = Bundle.load(BUNDLE);
    isOurs(withoutEnvironment(told).equals(before), "process.env");
    QueueProxy.adapt(told, defaults, new Checked());
    isOurs(Files.readString(file).equals(once), "process.env");
  }

  private static JsonObject withoutEnvironment(Bundle bundle) {
    JsonObject json = bundle.spec().json().deepCopy();
    if (json.get("process") instanceof JsonObject process && process.has("env")) {
      process.addProperty("env", "");
    }
    return json;
  }

  private static final class Checked implements Log {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {
      Refusal.checkLine(message);
    }
  }

  private static void read(Spec spec) {
    List<Refusal.Attempt> parts =
        List.of(
            spec::annotations,
            spec::rootfs,
            spec::process,
            spec::mounts,
            spec::namespaces,
            spec::hostname,
            spec::cgroupsPath,
            spec::memoryLimit,
            spec::cpuQuota,
            spec::cpuPeriod,
            spec::hasSeccomp,
            () -> Resolver.of(spec, BUNDLE, new CopyProgress()),
            () -> plan(spec));
    parts.forEach(Refusal::accepts);
    if (Refusal.accepts(() -> write(spec))) {
      checkWritten();
    }
  }

  /// Without the bind mounts, whose sources are directories of this machine.
  private static void plan(Spec spec) throws IOException {
    String hostname = spec.hostname().orElse("");
    GuestInputs inputs = new GuestInputs(spec, hostname, StandardInput.NONE, List.of());
    var _ = GuestMounts.of(spec, BUNDLE, MONITOR.memoryMib(), new CopyProgress());
    GuestInput input = inputs.of(MountFiles.NONE, IMAGE, MONITOR, null);
    new LinuxGuest()
        .plan(
            input,
            new MachineTraits(Architecture.X86_64, "ttyS0", 0x501, List.of(BootProtocol.LINUX)));
  }

  private static void write(Spec spec) throws IOException {
    new MonitorBundle(spec, IMAGE.kernel(), MONITOR, NEEDS)
        .write(MONITOR_BUNDLE, PIN, Path.of("/launch"), "URUNJ_CONTAINER=/run/urunj/fuzz");
  }

  private static void checkWritten() {
    try {
      Spec written = Bundle.load(MONITOR_BUNDLE).spec();
      isOurs(written.process().args().equals(PROGRAM), "process.args");
      isOurs(!written.hasSeccomp(), "linux.seccomp");
      for (Mount mount : written.mounts()) {
        isOurs(isOurs(mount), "mounts");
      }
      int networks = 0;
      boolean hasMounts = false;
      for (Namespace namespace : written.namespaces()) {
        hasMounts |= namespace.type().equals("mount");
        if (namespace.type().equals("network")) {
          networks++;
          isOurs(PIN.toString().equals(namespace.path()), "linux.namespaces");
        }
      }
      isOurs(networks == 1 && hasMounts, "linux.namespaces");
    } catch (IOException e) {
      throw new AssertionError("what was written is refused", e);
    }
  }

  private static boolean isOurs(Mount mount) {
    String destination = mount.destination();
    return destination.equals("/q")
        || destination.equals("/launch")
        || destination.equals(MonitorBundle.KERNEL)
        || destination.equals("/proc")
        || destination.startsWith("/dev");
  }

  private static void isOurs(boolean condition, String key) {
    if (!condition) {
      throw new AssertionError("not ours: " + key);
    }
  }
}
