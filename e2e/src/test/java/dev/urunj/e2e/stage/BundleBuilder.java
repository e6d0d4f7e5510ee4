package dev.urunj.e2e.stage;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An OCI bundle as containerd writes it. Without further words: the image of
/// [GuestImage#linuxWeb], `/bin/web` as root, 128 MiB, a network namespace of its own.
public final class BundleBuilder {
  private static final String KEY = "com.urunc.unikernel.";

  /// What `--privileged` gives; the tests' programs mount, trace and configure.
  private static final List<String> ALL =
      List.of(
          ("CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID CAP_KILL"
                  + " CAP_SETGID CAP_SETUID CAP_SETPCAP CAP_LINUX_IMMUTABLE CAP_NET_BIND_SERVICE"
                  + " CAP_NET_BROADCAST CAP_NET_ADMIN CAP_NET_RAW CAP_IPC_LOCK CAP_IPC_OWNER"
                  + " CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_CHROOT CAP_SYS_PTRACE CAP_SYS_PACCT"
                  + " CAP_SYS_ADMIN CAP_SYS_BOOT CAP_SYS_NICE CAP_SYS_RESOURCE CAP_SYS_TIME"
                  + " CAP_SYS_TTY_CONFIG CAP_MKNOD CAP_LEASE CAP_AUDIT_WRITE CAP_AUDIT_CONTROL"
                  + " CAP_SETFCAP CAP_MAC_OVERRIDE CAP_MAC_ADMIN CAP_SYSLOG CAP_WAKE_ALARM"
                  + " CAP_BLOCK_SUSPEND CAP_AUDIT_READ CAP_PERFMON CAP_BPF CAP_CHECKPOINT_RESTORE")
              .split(" "));

  private final JsonObject spec = new JsonObject();
  private final JsonObject process = new JsonObject();
  private final JsonObject user = new JsonObject();
  private final JsonObject linux = new JsonObject();
  private final JsonObject memory = new JsonObject();
  private final JsonObject cpu = new JsonObject();
  private final JsonObject annotations = new JsonObject();
  private final JsonArray env = new JsonArray();
  private final JsonArray mounts = new JsonArray();
  private final JsonArray namespaces = new JsonArray();
  private final JsonObject network = new JsonObject();
  private final JsonObject hooks = new JsonObject();
  private final JsonObject root = new JsonObject();
  private final String cgroup = "/" + Target.unique();
  private @Nullable Path ownRootfs;

  private BundleBuilder() {
    spec.addProperty("ociVersion", "1.0.2");
    spec.add("process", process);
    spec.add("root", root);
    spec.addProperty("hostname", "web");
    spec.add("mounts", mounts);
    spec.add("annotations", annotations);
    spec.add("linux", linux);
    process.addProperty("terminal", false);
    process.add("user", user);
    process.add("env", env);
    process.addProperty("cwd", "/");
    process.add("capabilities", new JsonObject());
    env.add("PATH=/usr/bin:/bin:/sbin:/usr/sbin");
    for (String type : new String[] {"pid", "ipc", "uts", "mount"}) {
      JsonObject namespace = new JsonObject();
      namespace.addProperty("type", type);
      namespaces.add(namespace);
    }
    network.addProperty("type", "network");
    namespaces.add(network);
    linux.add("namespaces", namespaces);
    linux.addProperty("cgroupsPath", cgroup);
    JsonObject resources = new JsonObject();
    resources.add("memory", memory);
    resources.add("cpu", cpu);
    linux.add("resources", resources);
    args("/bin/web");
    user(0, 0);
    memory(128L << 20);
  }

  public static BundleBuilder linuxWeb() throws IOException {
    BundleBuilder builder = new BundleBuilder();
    builder.root.addProperty("path", GuestImage.linuxWeb().toString());
    return builder.capabilities(ALL, ALL, List.of());
  }

  /// [#linuxWeb] in a pod's namespace.
  public static BundleBuilder linuxWeb(Pod pod) throws IOException {
    return linuxWeb().netns(pod.path());
  }

  /// An ordinary container, without a unikernel: busybox alone, as an image would have it.
  public static BundleBuilder plain(String... words) throws IOException {
    BundleBuilder builder = linuxWeb().rootfs(GuestImage.busybox()).args(words);
    builder.capabilities(List.of(), List.of(), List.of());
    JsonObject proc = new JsonObject();
    for (String key : new String[] {"type", "source"}) {
      proc.addProperty(key, "proc");
    }
    proc.addProperty("destination", "/proc");
    builder.mounts.add(proc);
    return builder;
  }

  public BundleBuilder args(String... words) {
    JsonArray args = new JsonArray();
    for (String word : words) {
      args.add(word);
    }
    process.add("args", args);
    return this;
  }

  public BundleBuilder env(String variable) {
    env.add(variable);
    return this;
  }

  public BundleBuilder user(long uid, long gid) {
    user.addProperty("uid", uid);
    user.addProperty("gid", gid);
    return this;
  }

  /// Gives the process these sets of capabilities.
  ///
  /// @param bounding the bounding set
  /// @param own the effective and the permitted one
  /// @param ambient the ambient and the inheritable one
  public BundleBuilder capabilities(List<String> bounding, List<String> own, List<String> ambient) {
    JsonObject sets = new JsonObject();
    sets.add("bounding", array(bounding));
    sets.add("effective", array(own));
    sets.add("permitted", array(own));
    sets.add("inheritable", array(ambient));
    sets.add("ambient", array(ambient));
    process.add("capabilities", sets);
    return this;
  }

  private static JsonArray array(List<String> words) {
    JsonArray array = new JsonArray();
    words.forEach(array::add);
    return array;
  }

  /// Adds a limit of the process.
  ///
  /// @param type such as `RLIMIT_CPU`
  public BundleBuilder rlimit(String type, Number soft, Number hard) {
    JsonObject limit = new JsonObject();
    limit.addProperty("type", type);
    limit.addProperty("soft", soft);
    limit.addProperty("hard", hard);
    if (!process.has("rlimits")) {
      process.add("rlimits", new JsonArray());
    }
    process.getAsJsonArray("rlimits").add(limit);
    return this;
  }

  public BundleBuilder terminal() {
    process.addProperty("terminal", true);
    return this;
  }

  public BundleBuilder hostname(String name) {
    spec.addProperty("hostname", name);
    return this;
  }

  public BundleBuilder netns(String path) {
    network.addProperty("path", path);
    return this;
  }

  /// The pod of `hostNetwork: true`: no network namespace is named.
  public BundleBuilder withoutNetworkNamespace() {
    namespaces.remove(network);
    return this;
  }

  public BundleBuilder memory(long bytes) {
    memory.addProperty("limit", bytes);
    return this;
  }

  /// Limits the processor time.
  ///
  /// @param quota microseconds per period
  public BundleBuilder cpu(long quota, long period) {
    cpu.addProperty("quota", quota);
    cpu.addProperty("period", period);
    return this;
  }

  /// The weight that Kubernetes gives to a pod that asks for 20 thousandths of a processor.
  public BundleBuilder smallCpuShares() {
    cpu.addProperty("shares", 20);
    return this;
  }

  public BundleBuilder mount(String destination, String source, String... options) {
    JsonObject mount = new JsonObject();
    mount.addProperty("destination", destination);
    mount.addProperty("type", "bind");
    mount.addProperty("source", source);
    JsonArray all = new JsonArray();
    all.add("rbind");
    for (String option : options) {
      all.add(option);
    }
    mount.add("options", all);
    mounts.add(mount);
    return this;
  }

  /// A mount of another kind than [#mount].
  public BundleBuilder filesystem(String destination, String type, String... options) {
    mount(destination, type, options);
    JsonObject mount = mounts.get(mounts.size() - 1).getAsJsonObject();
    mount.addProperty("type", type);
    mount.getAsJsonArray("options").remove(0);
    return this;
  }

  /// Adds a hook.
  ///
  /// @param stage such as `createRuntime`
  public BundleBuilder hook(String stage, String... command) {
    JsonObject hook = new JsonObject();
    hook.addProperty("path", command[0]);
    JsonArray args = new JsonArray();
    for (String word : command) {
      args.add(word);
    }
    hook.add("args", args);
    JsonArray list = new JsonArray();
    list.add(hook);
    hooks.add(stage, list);
    spec.add("hooks", hooks);
    return this;
  }

  /// One annotation as it stands.
  public BundleBuilder annotation(String key, String value) {
    annotations.addProperty(key, value);
    return this;
  }

  /// The image contract as annotations instead of `urunc.json`.
  ///
  /// @param base64 whether the values are encoded, as urunc wants them
  public BundleBuilder contractByAnnotations(boolean base64) throws IOException {
    Files.delete(copiedRootfs().resolve("urunc.json"));
    contract("unikernelType", "linux", base64);
    contract("hypervisor", "qemu", base64);
    contract("binary", "/unikernel/kernel", base64);
    return contract("initrd", "/unikernel/initrd", base64);
  }

  private BundleBuilder contract(String key, String value, boolean base64) {
    return annotation(KEY + key, base64 ? encode(value) : value);
  }

  /// `urunc.json` with other values in some keys (without prefix), on a root file system of the
  /// bundle's own.
  ///
  /// @param keysAndValues alternating; an empty value removes the key
  public BundleBuilder contractFile(boolean base64, String... keysAndValues) throws IOException {
    JsonObject contract = new JsonObject();
    put(contract, "unikernelType", "linux", base64);
    put(contract, "hypervisor", "qemu", base64);
    put(contract, "binary", "/unikernel/kernel", base64);
    put(contract, "initrd", "/unikernel/initrd", base64);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      put(contract, keysAndValues[i], keysAndValues[i + 1], base64);
    }
    Files.writeString(copiedRootfs().resolve("urunc.json"), contract.toString());
    return this;
  }

  private static void put(JsonObject contract, String key, String value, boolean base64) {
    contract.addProperty(KEY + key, base64 ? encode(value) : value);
  }

  /// A root file system of this bundle alone, to change; see [GuestImage#copyOf].
  public Path copiedRootfs() throws IOException {
    if (ownRootfs == null) {
      ownRootfs = GuestImage.copyOf(GuestImage.linuxWeb(), Target.scratch().resolve("rootfs"));
      root.addProperty("path", ownRootfs.toString());
    }
    return ownRootfs;
  }

  public BundleBuilder rootfs(Path directory) {
    root.addProperty("path", directory.toString());
    return this;
  }

  /// Anything else in `config.json`.
  public BundleBuilder edit(Consumer<JsonObject> change) {
    change.accept(spec);
    return this;
  }

  /// `linux.cgroupsPath`, unique on this machine and without a parent that would remain.
  public String cgroup() {
    return cgroup;
  }

  /// Writes the bundle into a directory of its own.
  public Path build() throws IOException {
    Path bundle = Target.scratch();
    Files.writeString(bundle.resolve("config.json"), spec.toString());
    return bundle;
  }

  public static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
