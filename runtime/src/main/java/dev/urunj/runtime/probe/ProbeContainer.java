package dev.urunj.runtime.probe;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.clock.MonotonicClock;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.linux.process.Spawn;
import dev.urunj.runtime.lowlevel.CgroupPath;
import dev.urunj.runtime.lowlevel.ControlGroups;
import dev.urunj.runtime.lowlevel.Programs;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.Mount;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A container with the life of a monitor's (`create`, `start`, `delete`) and with everything that
/// a monitor's has: limits of each kind, namespaces, a network namespace by its path, devices,
/// mounts, masked paths. Its program is `/usr/bin/true`.
///
/// The container's name is that of the process that asks, because several nodes may share control
/// groups; what one that was killed has left is found in its state.
final class ProbeContainer {
  private static final String PREFIX = "urunj-probe-";
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final long MEMORY_BYTES = 64L << 20;
  private static final long PERIOD_MICROS = 100_000;
  private static final long PROCESSES = 64;
  private static final String[] LINKS = {"bin", "sbin", "lib", "lib64"};
  private static final String[] PLACES = {
    "bin", "sbin", "lib", "lib64", "usr", "proc", "dev", "sys"
  };

  /// An answer holds for all callers, so it does not depend on the environment of the first.
  private static final Environment ENVIRONMENT =
      Environment.of(List.of("PATH=" + Programs.SYSTEM_PATH));

  private final Path program;
  private final Path bundle;
  private final CgroupPath form;
  private final Path process;
  private final MonotonicClock clock;
  private final String id;

  /// @param program absolute path of the low-level runtime
  /// @param bundle a directory that is made and removed; for this probe alone
  /// @param process that asks, by its directory in /proc
  /// @param clock what the wait for control groups is measured by
  ProbeContainer(Path program, Path bundle, CgroupPath form, Path process, MonotonicClock clock) {
    this.program = program;
    this.bundle = bundle;
    this.form = form;
    this.process = process;
    this.clock = clock;
    this.id = PREFIX + ProcessHandle.current().pid();
  }

  /// Whether the low-level runtime completes its life.
  boolean lives() throws IOException {
    write();
    return run(
            List.of(
                "create",
                "--bundle",
                bundle.toString(),
                "--pid-file",
                bundle.resolve("pid").toString(),
                "--preserve-fds",
                "0",
                id))
        && run(List.of("start", id))
        && run(List.of("delete", "--force", id));
  }

  /// Removes it, and the remains of one that was killed.
  void remove() throws IOException {
    if (!Files.exists(bundle, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    removeContainer(id);
    for (String left : names(bundle.resolve("state"))) {
      removeContainer(left);
      removeFlat(bundle.resolve("state").resolve(left));
    }
    Files.deleteIfExists(bundle.resolve("state"));
    for (String name : PLACES) {
      Files.deleteIfExists(bundle.resolve("rootfs").resolve(name));
    }
    Files.deleteIfExists(bundle.resolve("rootfs"));
    Files.deleteIfExists(bundle.resolve("config.json"));
    Files.deleteIfExists(bundle.resolve("pid"));
    Files.deleteIfExists(bundle);
  }

  /// A low-level runtime that fails may forget control groups that it has made. With systemd's
  /// driver they are a unit of systemd's, which ends with its last process.
  private void removeContainer(String name) throws IOException {
    if (!name.startsWith(PREFIX)) {
      return;
    }
    boolean _ = run(List.of("delete", "--force", name));
    if (form != CgroupPath.SYSTEMD) {
      ControlGroups node = ControlGroups.seenBy(process);
      Deadline patience = Deadline.after(clock, ControlGroups.PATIENCE);
      for (Path group : node.of(form.named(name), name)) {
        node.remove(group, patience);
      }
    }
  }

  /// What a failed one has left of its state: files, and no directory with anything in it.
  private static void removeFlat(Path state) throws IOException {
    for (String file : names(state)) {
      Files.deleteIfExists(state.resolve(file));
    }
    Files.deleteIfExists(state);
  }

  private static String[] names(Path directory) {
    File file = directory.toFile();
    String[] names = Files.isSymbolicLink(directory) ? null : file.list();
    return names == null ? new String[0] : names;
  }

  private boolean run(List<String> command) throws IOException {
    List<String> argv = new ArrayList<>();
    argv.add(program.toString());
    argv.add("--root");
    argv.add(bundle.resolve("state").toString());
    if (form == CgroupPath.SYSTEMD) {
      argv.add("--systemd-cgroup");
    }
    argv.addAll(command);
    return new Spawn(argv, Inheritance.withoutStreams(ENVIRONMENT)).runQuietly(LIMIT).shellCode()
        == 0;
  }

  private void write() throws IOException {
    Path root = Files.createDirectories(bundle.resolve("rootfs"));
    Files.createDirectories(bundle.resolve("state"));
    for (String name : LINKS) {
      Path host = Path.of("/" + name);
      if (Files.isSymbolicLink(host)) {
        Files.createSymbolicLink(root.resolve(name), Files.readSymbolicLink(host));
      }
    }
    for (String name : PLACES) { // the root is read-only when the runtime mounts on them
      if (!Files.isSymbolicLink(root.resolve(name))) {
        Files.createDirectories(root.resolve(name));
      }
    }
    Files.write(
        bundle.resolve("config.json"), Json.compact(config()).getBytes(StandardCharsets.UTF_8));
  }

  private JsonObject config() {
    JsonObject root = new JsonObject();
    root.addProperty("path", "rootfs");
    root.addProperty("readonly", true);
    JsonObject config = new JsonObject();
    config.addProperty("ociVersion", "1.0.2");
    config.addProperty("hostname", "urunj-probe");
    config.add("process", process());
    config.add("root", root);
    config.add("mounts", mounts());
    config.add("linux", linux());
    return config;
  }

  private static JsonObject process() {
    JsonObject process = new JsonObject();
    process.addProperty("terminal", false);
    process.add("args", Json.strings(List.of("/usr/bin/true")));
    process.add("env", Json.strings(List.of("PATH=/usr/bin")));
    process.addProperty("cwd", "/");
    process.add("capabilities", new JsonObject());
    process.addProperty("noNewPrivileges", true);
    JsonObject user = new JsonObject();
    user.addProperty("uid", 0);
    user.addProperty("gid", 0);
    process.add("user", user);
    return process;
  }

  private static JsonArray mounts() {
    JsonArray mounts = new JsonArray();
    mounts.add(mount("/proc", "proc", "nosuid", "noexec", "nodev"));
    mounts.add(mount("/dev", "tmpfs", "nosuid", "noexec", "strictatime", "mode=755", "size=64k"));
    mounts.add(mount("/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666"));
    mounts.add(bind("/usr"));
    for (String name : LINKS) {
      if (Files.isDirectory(Path.of("/" + name), LinkOption.NOFOLLOW_LINKS)) {
        mounts.add(bind("/" + name));
      }
    }
    return mounts;
  }

  private JsonObject linux() {
    JsonArray namespaces = new JsonArray();
    for (String type : new String[] {"pid", "mount", "ipc", "uts"}) {
      JsonObject namespace = new JsonObject();
      namespace.addProperty("type", type);
      namespaces.add(namespace);
    }
    JsonObject network = new JsonObject();
    network.addProperty("type", "network");
    network.addProperty("path", "/proc/self/ns/net"); // joined, as a pod's is
    namespaces.add(network);
    JsonObject linux = new JsonObject();
    linux.add("namespaces", namespaces);
    linux.add("resources", resources());
    linux.addProperty("cgroupsPath", form.named(id));
    linux.add("maskedPaths", Json.strings(List.of("/proc/kcore", "/proc/keys")));
    linux.add("readonlyPaths", Json.strings(List.of("/proc/sys", "/proc/sysrq-trigger")));
    return linux;
  }

  private static JsonObject resources() {
    JsonObject memory = new JsonObject();
    memory.addProperty("limit", MEMORY_BYTES);
    JsonObject cpu = new JsonObject();
    cpu.addProperty("shares", 1024);
    cpu.addProperty("quota", PERIOD_MICROS);
    cpu.addProperty("period", PERIOD_MICROS);
    JsonObject pids = new JsonObject();
    pids.addProperty("limit", PROCESSES);
    JsonObject none = new JsonObject();
    none.addProperty("allow", false);
    none.addProperty("access", "rwm");
    JsonArray devices = new JsonArray();
    devices.add(none);
    JsonObject resources = new JsonObject();
    resources.add("memory", memory);
    resources.add("cpu", cpu);
    resources.add("pids", pids);
    resources.add("devices", devices);
    return resources;
  }

  private static JsonObject bind(String directory) {
    return new Mount(directory, "bind", directory, List.of("rbind", "ro", "nosuid", "nodev"))
        .toJson();
  }

  private static JsonObject mount(String destination, String type, String... options) {
    return new Mount(destination, type, type, List.of(options)).toJson();
  }
}
