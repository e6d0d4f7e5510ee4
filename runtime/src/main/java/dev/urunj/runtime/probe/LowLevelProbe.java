package dev.urunj.runtime.probe;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.process.Child;
import dev.urunj.linux.process.ExitStatus;
import dev.urunj.linux.process.Spawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/// Whether crun runs containers here. It starts one several times faster than runc, but some
/// versions refuse some cgroup layouts, so a container with a memory limit is run before it is
/// trusted. `--version` would say nothing of that.
public final class LowLevelProbe {
  private static final String NAME = "crun";
  private static final String WORKS = "works";
  private static final String ID = "urunj-probe";
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(20);
  private static final long MEMORY_BYTES = 64L << 20;

  private final ProbeResults results;
  private final Path directory;

  /// A probe that keeps its answer.
  ///
  /// @param directory where the probe's bundle may be made
  public LowLevelProbe(ProbeResults results, Path directory) {
    this.results = results;
    this.directory = directory;
  }

  /// Whether crun runs containers here, asked once in a boot.
  ///
  /// @param crun absolute path
  public boolean works(Path crun) {
    String known = results.recall(NAME, crun);
    if (known != null) {
      return known.equals(WORKS);
    }
    boolean works;
    try {
      works = runsContainer(crun);
    } catch (IOException _) {
      return false; // it could not be asked: that says nothing for the next time
    }
    results.keep(NAME, crun, works ? WORKS : "fails");
    return works;
  }

  /// One probe at a time: whoever waited finds the traces of one that was killed, and removes them.
  private boolean runsContainer(Path crun) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path bundle = directory.resolve("crun-probe");
    try (Fd lock = OpenFile.directory(directory);
        FileLock _ = FileLock.exclusive(lock, LOCK_TIMEOUT)) {
      remove(crun, bundle);
      try {
        write(bundle);
        return run(crun, bundle, List.of("run", "--bundle", bundle.toString(), ID)) == 0;
      } finally {
        remove(crun, bundle);
      }
    }
  }

  private static void remove(Path crun, Path bundle) throws IOException {
    if (!Files.exists(bundle, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    run(crun, bundle, List.of("delete", "--force", ID));
    Files.deleteIfExists(bundle.resolve("config.json"));
    for (String name : new String[] {"bin", "lib", "lib64", "usr", "proc", "dev", "sys"}) {
      Files.deleteIfExists(bundle.resolve("rootfs").resolve(name));
    }
    Files.deleteIfExists(bundle.resolve("rootfs"));
    Files.deleteIfExists(bundle.resolve("state"));
    Files.deleteIfExists(bundle);
  }

  private static int run(Path crun, Path bundle, List<String> command) throws IOException {
    List<String> argv = new java.util.ArrayList<>();
    argv.add(crun.toString());
    argv.add("--root");
    argv.add(bundle.resolve("state").toString());
    argv.addAll(command);
    try (Fd nowhere = OpenFile.readWrite(Path.of("/dev/null"));
        Child child =
            new Spawn(argv)
                .descriptor(0, nowhere)
                .descriptor(1, nowhere)
                .descriptor(2, nowhere)
                .start()) {
      if (!child.pidfd().awaitExit(LIMIT)) {
        child.pidfd().signal(9);
      }
      ExitStatus status = child.waitFor();
      return status.shellCode();
    }
  }

  private static void write(Path bundle) throws IOException {
    Path root = Files.createDirectories(bundle.resolve("rootfs"));
    for (String name : new String[] {"bin", "lib", "lib64"}) {
      Path host = Path.of("/" + name);
      if (Files.isSymbolicLink(host)) {
        Files.createSymbolicLink(root.resolve(name), Files.readSymbolicLink(host));
      }
    }
    Files.write(
        bundle.resolve("config.json"), config().toString().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject config() {
    JsonObject process = new JsonObject();
    process.add("args", array("/usr/bin/true"));
    process.add("env", array("PATH=/usr/bin"));
    process.addProperty("cwd", "/");
    JsonObject user = new JsonObject();
    user.addProperty("uid", 0);
    user.addProperty("gid", 0);
    process.add("user", user);
    JsonObject root = new JsonObject();
    root.addProperty("path", "rootfs");
    JsonObject config = new JsonObject();
    config.addProperty("ociVersion", "1.0.2");
    config.add("process", process);
    config.add("root", root);
    config.add("mounts", mounts());
    config.add("linux", linux());
    return config;
  }

  private static JsonArray mounts() {
    JsonArray mounts = new JsonArray();
    mounts.add(mount("/proc", "proc", "proc"));
    mounts.add(mount("/dev", "tmpfs", "tmpfs"));
    mounts.add(mount("/usr", "bind", "/usr", "rbind", "ro"));
    for (String directory : new String[] {"/lib", "/lib64"}) {
      Path host = Path.of(directory);
      if (Files.isDirectory(host, LinkOption.NOFOLLOW_LINKS)) {
        mounts.add(mount(directory, "bind", directory, "rbind", "ro"));
      }
    }
    return mounts;
  }

  private static JsonObject linux() {
    JsonArray namespaces = new JsonArray();
    for (String type : new String[] {"pid", "mount", "ipc", "uts", "network"}) {
      JsonObject namespace = new JsonObject();
      namespace.addProperty("type", type);
      namespaces.add(namespace);
    }
    JsonObject memory = new JsonObject();
    memory.addProperty("limit", MEMORY_BYTES);
    JsonObject resources = new JsonObject();
    resources.add("memory", memory);
    JsonObject linux = new JsonObject();
    linux.add("namespaces", namespaces);
    linux.add("resources", resources);
    linux.addProperty("cgroupsPath", "/" + ID);
    return linux;
  }

  private static JsonObject mount(
      String destination, String type, String source, String... options) {
    JsonObject mount = new JsonObject();
    mount.addProperty("destination", destination);
    mount.addProperty("type", type);
    mount.addProperty("source", source);
    mount.add("options", array(options));
    return mount;
  }

  private static JsonArray array(String... values) {
    JsonArray array = new JsonArray();
    for (String value : values) {
      array.add(value);
    }
    return array;
  }
}
