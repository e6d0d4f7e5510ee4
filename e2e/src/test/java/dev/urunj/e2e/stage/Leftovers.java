package dev.urunj.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What a caller and its containers may leave on a [Node], by the namespaces they are in: each
/// process of a test is in the node's mount namespace, or in the network namespace of the node or
/// of a pod.
public final class Leftovers {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Node node;
  private final Set<String> namespaces;

  private Leftovers(Node node, Set<String> namespaces) {
    this.node = node;
    this.namespaces = namespaces;
  }

  public static Leftovers on(Node node, Pod pod) throws IOException {
    return new Leftovers(node, namespacesOf(node, pod));
  }

  /// The namespaces of which each process on a node is in one, as `/proc/PID/ns` spells them.
  public static Set<String> namespacesOf(Node node, Pod pod) throws IOException {
    Path own = Path.of("/proc/" + node.inside().pid() + "/ns");
    String inode = node.run("stat", "-Lc", "%i", pod.path()).orFail().strip();
    return Set.of(
        Files.readSymbolicLink(own.resolve("mnt")).toString(),
        Files.readSymbolicLink(own.resolve("net")).toString(),
        "net:[" + inode + "]");
  }

  /// The processes on the node, without its holder and without those that have only to be reaped.
  public List<ProcessHandle> processes() throws IOException {
    List<ProcessHandle> found = new ArrayList<>(processesIn(namespaces));
    found.removeIf(process -> process.pid() == node.inside().pid());
    return found;
  }

  /// The processes in one of these namespaces.
  public static List<ProcessHandle> processesIn(Set<String> namespaces) {
    List<ProcessHandle> found = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (isIn(namespaces, process.pid(), "mnt") || isIn(namespaces, process.pid(), "net")) {
        found.add(process);
      }
    }
    return found;
  }

  private static boolean isIn(Set<String> namespaces, long pid, String kind) {
    try {
      return namespaces.contains(
          Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + kind)).toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /// Waits for the processes to end; kills and names each that does not.
  public void endProcesses() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!processes().isEmpty() && System.nanoTime() < end) {
      Node.pause(50);
    }
    List<String> left = new ArrayList<>();
    for (ProcessHandle process : processes()) {
      left.add(process.pid() + " " + process.info().commandLine().orElse("?"));
      process.destroyForcibly();
    }
    assertThat(left).as("processes left on the node").isEmpty();
  }

  /// Looks for anything at this depth or below.
  ///
  /// @throws AssertionError when a directory of the node has anything at this depth or below
  public void assertNothingIn(String directory, int depth) throws IOException {
    Result found =
        node.run(
            "sh", "-c", "[ ! -d " + directory + " ] || find " + directory + " -mindepth " + depth);
    assertThat(found.orFail()).as("left in %s", directory).isEmpty();
  }

  /// Removes control groups that engines keep for the next container, and checks that they are
  /// empty. cgroup file systems belong to the machine, not to the node.
  public void removeEmptyCgroups(String name) throws IOException {
    try (Stream<Path> mounts = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path mount : mounts.toList()) {
        removeTree(mount.resolve(name));
      }
    }
    removeTree(Path.of("/sys/fs/cgroup").resolve(name));
  }

  private static void removeTree(Path group) throws IOException {
    if (!Files.isDirectory(group)) {
      return;
    }
    try (Stream<Path> children = Files.list(group)) {
      for (Path child : children.filter(Files::isDirectory).toList()) {
        assertThat(child.getFileName().toString()).as("left in %s", group).isEqualTo("conmon");
        deleteOnceEmpty(child);
      }
    }
    deleteOnceEmpty(group);
  }

  /// The last process of a control group may be just about to end.
  private static void deleteOnceEmpty(Path group) throws IOException {
    for (int i = 0; ; i++) {
      try {
        Files.delete(group);
        return;
      } catch (FileSystemException e) {
        if (i == 100) {
          throw e;
        }
        Node.pause(50);
      }
    }
  }
}
