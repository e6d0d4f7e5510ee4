package dev.urunj.runtime.boot;

import com.google.gson.JsonElement;
import dev.urunj.linux.namespace.UtsNamespace;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.GuestInput;
import dev.urunj.runtime.guest.GuestNetwork;
import dev.urunj.runtime.guest.MachineTraits;
import dev.urunj.runtime.guest.MountFiles;
import dev.urunj.runtime.guest.StandardInput;
import dev.urunj.runtime.guest.Workload;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.registry.Registry;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.MonitorRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts together what a guest is planned from.
///
/// @param hostname the container's, see [#hostname(Spec, ProcessIdentity)]
/// @param input what the container's standard input is for the guest
/// @param shared settings of what the container shares with its pod, see [IpcSettings]
public record GuestInputs(Spec spec, String hostname, StandardInput input, List<String> shared) {
  /// The host name that the container's process has: the specification's, or else that of its UTS
  /// namespace, which is the pod's where containers share one. Kubernetes and podman's pods say it
  /// there and nowhere else.
  ///
  /// @param process in state `created`: it is where the specification wants it
  static String hostname(Spec spec, ProcessIdentity process) throws IOException {
    Optional<String> given = spec.hostname();
    return given.isPresent()
        ? given.get()
        : UtsNamespace.hostname(Path.of("/proc/" + process.pid() + "/ns/uts"));
  }

  /// The machine that a guest of this node is planned for.
  public static MachineTraits machine(MonitorRecord monitor) throws BadInputException {
    return Registry.monitor(monitor.kind()).traits(Architecture.ofNode());
  }

  /// A guest's input.
  ///
  /// @param mounts [GuestMounts], looked at
  public GuestInput of(
      MountFiles mounts, ImageRecord image, MonitorRecord monitor, @Nullable GuestNetwork network)
      throws IOException {
    return new GuestInput(
        image.kernel(),
        image.version(),
        image.initrd(),
        workload(image),
        network,
        mounts,
        monitor.memoryMib(),
        monitor.vcpus());
  }

  private Workload workload(ImageRecord image) throws IOException {
    ProcessSpec process = spec.process();
    return new Workload(
        process.args().isEmpty() ? image.arguments() : process.args(),
        process.env(),
        process.uid(),
        process.gid(),
        process.additionalGids(),
        process.cwd(),
        hostname,
        sysctls(),
        process.terminal(),
        process.args().isEmpty(),
        input,
        Confinements.of(spec));
  }

  /// The specification's `linux.sysctl`: low-level runtimes let through what belongs to a
  /// container's namespaces, which here is the guest's. Engines set the first unprivileged port
  /// this way. They come last, so they win over what is shared.
  private List<String> sysctls() throws IOException {
    List<String> sysctls = new ArrayList<>(shared);
    JsonElement linux = spec.json().get("linux");
    if (linux == null || !linux.isJsonObject() || !linux.getAsJsonObject().has("sysctl")) {
      return sysctls;
    }
    JsonFields fields = new JsonFields(linux.getAsJsonObject(), "config.json: linux");
    for (Map.Entry<String, String> entry : fields.stringMap("sysctl").entrySet()) {
      sysctls.add(path(entry.getKey()) + " " + entry.getValue());
    }
    return sysctls;
  }

  /// The name of a setting as a path below /proc/sys.
  private static String path(String name) throws BadInputException {
    String path = name.replace('.', '/');
    if (path.startsWith("/") || path.contains("//") || path.indexOf(' ') >= 0) {
      throw new BadInputException(
          "config.json",
          "linux.sysctl",
          BadInputException.quote(name) + " is no name of a setting",
          "a name such as net.ipv4.ip_forward");
    }
    return path;
  }
}
