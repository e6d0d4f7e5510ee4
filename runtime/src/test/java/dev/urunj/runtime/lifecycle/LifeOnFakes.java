package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.mount.Mounts;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.lowlevel.FakeLowLevel;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.LaunchScript;
import dev.urunj.runtime.monitor.MonitorDescriptors;
import dev.urunj.runtime.monitor.Requirements;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.recovery.MonitorProcesses;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.WiringRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What create needs, in process: a bundle and a choice, and a low-level runtime whose `create`
/// starts a `sleep` with the monitor's tag and descriptors. Network namespace, pin, TAP, journal
/// and record are real. The root is a mount of its own, so pins go with it.
final class LifeOnFakes implements AutoCloseable {
  private static final String SPEC =
      """
      {"ociVersion":"1.0.2",
       "process":{"user":{"uid":0,"gid":0},"args":["/bin/web"],"cwd":"/"},
       "root":{"path":"rootfs"},"linux":{"namespaces":[]}}
      """;

  private final Path directory;
  private final Path root;
  private final StateOnDisk disk;
  private final Processes processes = new Processes();
  private @Nullable ProcessIdentity process;

  private LifeOnFakes(Path directory, Path root) {
    this.directory = directory;
    this.root = root;
    this.disk = new StateOnDisk(root);
  }

  /// @param directory an empty one
  static LifeOnFakes in(Path directory) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path rootfs = Files.createDirectories(directory.resolve("bundle/rootfs"));
    Files.writeString(directory.resolve("bundle/config.json"), SPEC);
    Files.writeString(rootfs.resolve("kernel"), "kernel");
    Files.writeString(rootfs.resolve("initrd"), "initrd");
    Mounts.bind(root, root);
    LifeOnFakes life = new LifeOnFakes(directory, root);
    try {
      Mounts.makePrivate(root);
      life.lowLevel().onCreate(life::startProcess);
      return life;
    } catch (Throwable t) {
      try (life) {
        throw t;
      }
    }
  }

  private void startProcess(LowLevelRuntime.Creation creation) throws IOException {
    String tag = MonitorProcesses.tag(requireNonNull(creation.pidFile().getParent()));
    ProcessIdentity started = processes.start("exec sleep 600", tag, creation.descriptors());
    Files.writeString(creation.pidFile(), Integer.toString(started.pid()));
    process = started;
  }

  /// The process of the newest container.
  ProcessIdentity process() {
    return requireNonNull(process);
  }

  StateOnDisk disk() {
    return disk;
  }

  FakeLowLevel lowLevel() {
    return disk.lowLevel();
  }

  Path root() {
    return root;
  }

  void create(String id) throws IOException {
    create(id, null);
  }

  /// @param other the low-level runtime that takes the first one's place
  void create(String id, @Nullable Path other) throws IOException {
    new CreateContainer(disk.caller()).create(id, bundle(), choice(other), options());
  }

  Bundle bundle() throws IOException {
    return Bundle.load(directory.resolve("bundle"));
  }

  CreateOptions options() {
    return new CreateOptions(null, directory.resolve("pid"), false, false, null);
  }

  MonitorChoice choice(@Nullable Path other) {
    Path rootfs = directory.resolve("bundle/rootfs");
    return new MonitorChoice(
        new ImageRecord(
            "linux",
            "6.1",
            rootfs.resolve("kernel"),
            rootfs.resolve("initrd"),
            List.of("/bin/web")),
        StateOnDisk.monitorRecord(),
        new Requirements(
            "/q",
            List.of(),
            LaunchScript.ARGV,
            Accelerator.of("tcg"),
            List.of(),
            TapAccess.DESCRIPTOR,
            true,
            true,
            new JsonObject()),
        WiringRecord.wanted(NetworkMode.REDIRECT, false),
        other,
        null);
  }

  /// The pid that create has written for its caller.
  String pidFile() throws IOException {
    return new String(Files.readAllBytes(directory.resolve("pid")), StandardCharsets.US_ASCII);
  }

  /// The names of what lies in the root, but for the node's own.
  List<String> left() {
    List<String> names = new ArrayList<>(List.of(requireNonNull(root.toFile().list())));
    names.remove("@node");
    return names;
  }

  /// The control socket that a container's process holds, to answer at it in its place.
  Fd controlSocket(String id) throws IOException {
    ProcessIdentity process = requireNonNull(disk.record(id).process());
    try (Pidfd pidfd = requireNonNull(Pidfd.open(process))) {
      return pidfd.descriptor(MonitorDescriptors.CONTROL);
    }
  }

  @Override
  public void close() throws IOException {
    try (processes;
        disk) {
      Mounts.detach(root);
    }
  }
}
