package dev.urunj.runtime.boot;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.urunj.runtime.monitor.MonitorDescriptors;
import dev.urunj.runtime.monitor.MonitorDevice;
import dev.urunj.runtime.monitor.MonitorFile;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.Mount;
import dev.urunj.runtime.oci.Namespace;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.state.MonitorRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Derives the bundle of the monitor's container from the bundle of the unikernel.
///
/// What describes the workload goes to the guest. What describes the container (user, namespaces,
/// cgroup, limits, hooks, labels, annotations) holds for the monitor. The monitor gets nothing
/// more: no capability, no new privileges, and a read-only root with its program, the libraries,
/// the firmware and the guest's kernel.
public final class MonitorBundle {
  /// Where the guest's kernel lies in the monitor's root.
  public static final String KERNEL = "/guest/kernel";

  /// The initrd is an inherited file without a name.
  public static final String INITRD = "/proc/self/fd/" + MonitorDescriptors.INITRD;

  /// Hooks of this kind are programs of the container's root, run inside of it before the workload.
  /// The monitor's root holds none of them, and no hook can run in a guest, so they are left out.
  public static final String START_CONTAINER = "startContainer";

  private static final String LAUNCH = "/launch";
  private static final long MIB = 1L << 20;
  private static final int DEVICE_MODE = 0600;

  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi");
  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  /// Parts of `linux` that hold for the monitor as they stand. `seccomp` is one only for a monitor
  /// that brings no filter of its own, because the profile is for the workload.
  private static final List<String> KEPT =
      List.of("cgroupsPath", "sysctl", "mountLabel", "intelRdt", "personality");

  private final Spec spec;
  private final Path kernel;
  private final MonitorRecord monitor;
  private final Requirements needs;

  /// The bundle of one monitor.
  ///
  /// @param kernel a file that the monitor's user can read
  public MonitorBundle(Spec spec, Path kernel, MonitorRecord monitor, Requirements needs) {
    this.spec = spec;
    this.kernel = kernel;
    this.monitor = monitor;
    this.needs = needs;
  }

  /// Writes the bundle.
  ///
  /// @param directory made here
  /// @param pin the network namespace that the monitor joins
  /// @param launch the file that will hold the monitor's command line at start
  /// @param tag an environment variable by which the monitor is known to be ours
  public void write(Path directory, Path pin, Path launch, String tag) throws IOException {
    JsonObject config = config(pin, launch, tag);
    Files.createDirectories(directory);
    MonitorRoot.make(directory.resolve("rootfs"), needs.files(), config.getAsJsonArray("mounts"));
    Files.write(
        directory.resolve("config.json"), Json.compact(config).getBytes(StandardCharsets.UTF_8));
  }

  private JsonObject config(Path pin, Path launch, String tag) throws IOException {
    JsonObject config = new JsonObject();
    copy(spec.json(), config, "ociVersion", "hostname", "domainname", "hooks");
    if (config.get("hooks") instanceof JsonObject hooks && hooks.has(START_CONTAINER)) {
      JsonObject others = hooks.deepCopy();
      others.remove(START_CONTAINER);
      config.add("hooks", others);
    }
    config.add("process", process(tag));
    JsonObject root = new JsonObject();
    root.addProperty("path", "rootfs");
    root.addProperty("readonly", true);
    config.add("root", root);
    config.add("mounts", mounts(launch));
    config.add("linux", linux(pin));
    config.add("annotations", annotations());
    return config;
  }

  private JsonObject process(String tag) throws IOException {
    ProcessSpec workload = spec.process();
    JsonObject process = new JsonObject();
    process.addProperty("terminal", workload.terminal());
    JsonObject original = spec.json().getAsJsonObject("process");
    copy(
        original,
        process,
        "consoleSize",
        "oomScoreAdj",
        "apparmorProfile",
        "selinuxLabel",
        "scheduler",
        "ioPriority");
    JsonObject user = new JsonObject();
    user.addProperty("uid", workload.uid());
    user.addProperty("gid", workload.gid());
    if (!workload.additionalGids().isEmpty()) {
      JsonArray groups = new JsonArray();
      for (long group : workload.additionalGids()) {
        groups.add(group);
      }
      user.add("additionalGids", groups);
    }
    process.add("user", user);
    process.add("args", Json.strings(needs.argv()));
    process.add("env", Json.strings(List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", tag)));
    process.addProperty("cwd", "/");
    process.add("capabilities", new JsonObject());
    process.addProperty("noNewPrivileges", true);
    return process;
  }

  private JsonArray mounts(Path launch) {
    JsonArray mounts = new JsonArray();
    mounts.add(mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
    mounts.add(
        mount("/dev", "tmpfs", "tmpfs", "nosuid", "noexec", "strictatime", "mode=755", "size=64k"));
    mounts.add(
        mount(
            "/dev/pts",
            "devpts",
            "devpts",
            "nosuid",
            "noexec",
            "newinstance",
            "ptmxmode=0666",
            "mode=0620"));
    for (MonitorFile file : needs.files()) {
      if (file instanceof MonitorFile.Bind(Path host, String path)) {
        mounts.add(bind(host, path, "nosuid", "nodev"));
      }
    }
    mounts.add(bind(launch, LAUNCH, "nosuid", "nodev", "noexec"));
    mounts.add(bind(kernel, KERNEL, "nosuid", "nodev", "noexec"));
    return mounts;
  }

  private JsonObject linux(Path pin) throws IOException {
    JsonObject original = member(spec.json(), "linux");
    JsonObject linux = new JsonObject();
    if (original != null) {
      for (String key : KEPT) {
        copy(original, linux, key);
      }
      if (!needs.hasOwnFilter()) {
        copy(original, linux, "seccomp");
      }
    }
    linux.add("namespaces", namespaces(pin));
    linux.add("resources", resources(original));
    JsonArray masked = Json.strings(MASKED);
    linux.add("maskedPaths", masked);
    linux.add("readonlyPaths", Json.strings(READ_ONLY));
    if (!needs.devices().isEmpty()) {
      JsonArray nodes = new JsonArray();
      for (MonitorDevice device : needs.devices()) {
        nodes.add(node(device));
      }
      linux.add("devices", nodes);
    }
    return linux;
  }

  /// The specification's namespaces, with ours for the network and a mount namespace always,
  /// because without one the low-level runtime would mount on the node.
  private JsonArray namespaces(Path pin) throws IOException {
    JsonArray namespaces = new JsonArray();
    boolean hasMount = false;
    for (Namespace namespace : spec.namespaces()) {
      hasMount |= namespace.type().equals("mount");
      if (!namespace.type().equals("network")) {
        namespaces.add(namespace(namespace.type(), namespace.path()));
      }
    }
    if (!hasMount) {
      namespaces.add(namespace("mount", null));
    }
    namespaces.add(namespace("network", pin.toString()));
    return namespaces;
  }

  /// The specification's limits; memory gets the monitor's overhead on top, so that a guest can use
  /// all of its own, and devices are the monitor's.
  private JsonObject resources(@Nullable JsonObject linux) throws IOException {
    JsonObject given = linux == null ? null : member(linux, "resources");
    JsonObject resources = given == null ? new JsonObject() : given.deepCopy();
    ResourceOverhead.add(resources, monitor.overheadMib() * MIB);
    JsonArray rules = new JsonArray();
    JsonObject none = new JsonObject();
    none.addProperty("allow", false);
    none.addProperty("access", "rwm");
    rules.add(none);
    for (MonitorDevice device : needs.devices()) {
      JsonObject rule = new JsonObject();
      rule.addProperty("allow", true);
      rule.addProperty("type", "c");
      rule.addProperty("major", device.major());
      rule.addProperty("minor", device.minor());
      rule.addProperty("access", "rw");
      rules.add(rule);
    }
    resources.add("devices", rules);
    return resources;
  }

  /// The node belongs to the monitor's user alone, instead of being writable by every user.
  private JsonObject node(MonitorDevice device) {
    JsonObject node = new JsonObject();
    node.addProperty("path", device.path());
    node.addProperty("type", "c");
    node.addProperty("major", device.major());
    node.addProperty("minor", device.minor());
    node.addProperty("fileMode", DEVICE_MODE);
    JsonObject process = member(spec.json(), "process");
    JsonObject user = process == null ? null : member(process, "user");
    if (user != null) {
      copy(user, node, "uid", "gid");
    }
    return node;
  }

  /// All annotations, because hooks read them, except those by which crun would take the container
  /// for one of its own special handlers. The state that hooks read names the monitor's bundle;
  /// this annotation names the caller's.
  private JsonObject annotations() throws IOException {
    JsonObject annotations = new JsonObject();
    annotations.addProperty("dev.urunj.bundle", String.valueOf(spec.file().getParent()));
    for (Map.Entry<String, String> entry : spec.annotations().entrySet()) {
      if (!entry.getKey().startsWith("run.oci.")) {
        annotations.addProperty(entry.getKey(), entry.getValue());
      }
    }
    return annotations;
  }

  /// An object inside of another; null when it is absent or `null`.
  private static @Nullable JsonObject member(JsonObject object, String key) {
    return object.get(key) instanceof JsonObject member ? member : null;
  }

  private static JsonObject namespace(String type, @Nullable String path) {
    JsonObject namespace = new JsonObject();
    namespace.addProperty("type", type);
    if (path != null) {
      namespace.addProperty("path", path);
    }
    return namespace;
  }

  private static JsonObject bind(Path source, String destination, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("rbind");
    all.add("ro");
    return new Mount(destination, "bind", source.toString(), all).toJson();
  }

  private static JsonObject mount(
      String destination, String type, String source, String... options) {
    return new Mount(destination, type, source, List.of(options)).toJson();
  }

  private static void copy(JsonObject from, JsonObject to, String... keys) {
    for (String key : keys) {
      JsonElement value = from.get(key);
      if (value != null && !value.isJsonNull()) {
        to.add(key, value);
      }
    }
  }
}
