package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The control groups that a low-level runtime makes for a container without systemd's help.
///
/// It makes them before it writes down that the container exists. If it is killed in between, it
/// leaves them and does not know them afterwards. So we find out their names beforehand, and remove
/// them.
public final class ControlGroups {
  private static final Path NODE = Path.of("/sys/fs/cgroup");
  private static final long CGROUP_SUPER_MAGIC = 0x27e0eb; // uapi/linux/magic.h
  private static final long CGROUP2_SUPER_MAGIC = 0x63677270;

  /// How long the last process of a group may take to leave it.
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Path root;
  private final String own;

  ControlGroups(Path root, String own) {
    this.root = root;
    this.own = own;
  }

  /// Those of this node.
  ///
  /// @param process from whose own group relative paths are seen, by its directory in /proc, for
  ///   example `/proc/self`
  public static ControlGroups seenBy(Path process) throws IOException {
    try (FileInputStream in = new FileInputStream(process.resolve("cgroup").toFile())) {
      return new ControlGroups(NODE, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /// The groups of a container that is about to be created which do not exist yet, one in each
  /// hierarchy, so that whatever is there later was made for it. Directories above them are not
  /// included, because others may put theirs there.
  ///
  /// @param given `linux.cgroupsPath`; empty when there is none. A relative one lies in the
  ///   process's own group
  public List<Path> absent(String given, String id) {
    List<Path> absent = new ArrayList<>();
    for (Path group : of(given, id)) {
      if (!Files.exists(group, LinkOption.NOFOLLOW_LINKS)) {
        absent.add(group);
      }
    }
    return absent;
  }

  /// The groups of a container, one in each hierarchy, whether they exist or not.
  ///
  /// @param given as for [#absent]
  public List<Path> of(String given, String id) {
    List<Path> groups = new ArrayList<>();
    for (Path hierarchy : hierarchies()) {
      Path parent = given.startsWith("/") ? hierarchy : ownIn(hierarchy);
      Path group = parent.resolve(inside(given.isEmpty() ? id : given));
      if (!group.equals(hierarchy)) {
        groups.add(group);
      }
    }
    return groups;
  }

  /// The properties by which low-level runtimes tell layouts apart: the version, and the
  /// controllers of version 2, which has only some of them if both versions are mounted.
  public String kind() {
    String unified = text(root.resolve("cgroup.controllers"));
    if (unified != null) {
      return "v2:" + unified;
    }
    String both = text(root.resolve("unified/cgroup.controllers"));
    return both == null ? "v1" : "v1 and v2:" + both;
  }

  private static @Nullable String text(Path file) {
    try (FileInputStream in = new FileInputStream(file.toFile())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException _) {
      return null; // it is not there
    }
  }

  /// Removes a group that holds no process. One that is gone already counts as removed. If its last
  /// process is just ending, this waits.
  ///
  /// @param patience until when; [#PATIENCE] is enough for all groups of a container together
  /// @throws IOException when a process or another group is in it, or it is not a control group
  public void remove(Path group, Deadline patience) throws IOException {
    if (!group.startsWith(root) || !group.equals(group.normalize()) || group.equals(root)) {
      throw new IOException(group + ": is not a control group; expected a directory below " + root);
    }
    while (Files.exists(group, LinkOption.NOFOLLOW_LINKS)) {
      if (!isControlGroup(group)) {
        throw new IOException(group + ": is not a control group; it is left alone");
      }
      if (group.toFile().delete()) {
        return;
      }
      if (patience.hasPassed()) {
        throw new IOException(group + ": control group is in use; it is left alone");
      }
      pause();
    }
  }

  /// Lets the processes of a group run, because a frozen process does not die.
  public void thaw(Path group) throws IOException {
    if (group.startsWith(root) && group.equals(group.normalize())) {
      write(group.resolve("freezer.state"), "THAWED");
      write(group.resolve("cgroup.freeze"), "0");
    }
  }

  private static void write(Path file, String word) throws IOException {
    if (Files.isRegularFile(file)) {
      Files.writeString(file, word);
    }
  }

  /// One in version 2; one for each controller in version 1 and if both are used.
  private List<Path> hierarchies() {
    if (Files.exists(root.resolve("cgroup.controllers"))) {
      return List.of(root);
    }
    List<Path> hierarchies = new ArrayList<>();
    File[] found = root.toFile().listFiles();
    for (File directory : found == null ? new File[0] : found) {
      // `cpu` and `cpuacct` may be links to `cpu,cpuacct`
      if (directory.isDirectory() && !Files.isSymbolicLink(directory.toPath())) {
        hierarchies.add(directory.toPath());
      }
    }
    return hierarchies;
  }

  /// A path that cannot lead out of where it is resolved, as the low-level runtimes make it.
  private static Path inside(String path) {
    return Path.of("/").relativize(Path.of("/" + path).normalize());
  }

  /// The process's own group: lines are `NUMBER:CONTROLLERS:PATH`, cgroups(7).
  private Path ownIn(Path hierarchy) {
    Path fileName = hierarchy.getFileName();
    String name = hierarchy.equals(root) || fileName == null ? "" : fileName.toString();
    for (String line : own.split("\n")) {
      int first = line.indexOf(':');
      int second = line.indexOf(':', first + 1);
      if (first > 0 && second > 0) {
        String controllers = line.substring(first + 1, second);
        if (controllers.equals(name)
            || controllers.equals("name=" + name)
            || (controllers.isEmpty() && name.equals("unified"))) {
          return hierarchy.resolve(inside(line.substring(second + 1)));
        }
      }
    }
    return hierarchy;
  }

  private static boolean isControlGroup(Path group) throws IOException {
    try (Fd fd = OpenFile.path(group)) {
      long magic = FileStatus.filesystemMagic(fd);
      return FileStatus.of(fd).isDirectory()
          && (magic == CGROUP_SUPER_MAGIC || magic == CGROUP2_SUPER_MAGIC);
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a control group");
    }
  }
}
