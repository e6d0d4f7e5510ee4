package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What containers may leave behind them, as numbers. Those of the node are exact, because nothing
/// else happens on it: it needs process ids of its own. Those of the machine move by themselves.
///
/// @param onNode processes, descriptors that they have open, mounts, and files below `/run`
/// @param files in the directories of the machine where a container's files may lie
/// @param groups control groups: of the version 1 memory controller with those that are removed and
///   not free yet, of all others of version 1, and of the unified hierarchy with the dying ones
/// @param namespaces network namespaces that the kernel has memory for; -1 when it does not tell
/// @param kernelKib memory of the kernel that is not given back on demand: slabs, per-processor
///   memory (every control group and namespace has some), stacks, page tables
/// @param availableKib memory that could be had without swapping
record Footprint(
    Counts onNode, long files, Groups groups, long namespaces, long kernelKib, long availableKib) {
  private static final List<String> DIRECTORIES = List.of("/var/lib/urunj", "/tmp", "/dev/shm");
  private static final List<String> KERNEL =
      List.of("SUnreclaim", "Percpu", "KernelStack", "PageTables");

  /// What the machine's own life changes: seen to be 12 MiB on a busy one.
  private static final long KERNEL_NOISE_KIB = 16 << 10;

  /// Less than what leaks would take: measured on Linux 6.18 with two processors, a network
  /// namespace takes 268 KiB, control groups of eight controllers 215, a TAP 38, which is seen in
  /// the pod.
  private static final long KERNEL_KIB_PER_LIFE = 20;

  /// Counted inside of the node.
  record Counts(long processes, long descriptors, long mounts, long files) {}

  record Groups(long memory, long others, long unified) {}

  static Footprint of(Node node) throws IOException {
    Map<String, Long> memory = memory();
    long kernel = 0;
    for (String part : KERNEL) {
      kernel += memory.getOrDefault(part, 0L);
    }
    return new Footprint(
        countOn(node),
        countFiles(),
        countGroups(),
        countNamespaces(),
        kernel,
        memory.getOrDefault("MemAvailable", 0L));
  }

  /// The counting shell is counted too, each time.
  private static Counts countOn(Node node) throws IOException {
    String counted =
        node.sh(
            "set -- /proc/[0-9]*; echo $#; set -- /proc/[0-9]*/fd/*; echo $#;"
                + "find /run | wc -l");
    List<Long> numbers = counted.lines().map(line -> Long.parseLong(line.strip())).toList();
    long mounts = node.inside().mounts().lines().count();
    return new Counts(numbers.get(0), numbers.get(1), mounts, numbers.get(2));
  }

  private static long countFiles() throws IOException {
    long all = 0;
    for (String directory : DIRECTORIES) {
      try (Stream<Path> each = Files.list(Path.of(directory))) {
        all += each.count();
      }
    }
    return all;
  }

  private static Groups countGroups() throws IOException {
    long memory = 0;
    long others = 0;
    for (String line : Files.readAllLines(Path.of("/proc/cgroups"))) {
      String[] words = line.split("\\s+");
      if (words[0].equals("memory")) {
        memory = Long.parseLong(words[2]);
      } else if (!words[0].startsWith("#")) {
        others += Long.parseLong(words[2]);
      }
    }
    return new Groups(memory, others, unified());
  }

  private static long unified() throws IOException {
    for (String root : List.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup")) {
      Path stat = Path.of(root, "cgroup.stat");
      if (Files.exists(stat)) {
        long sum = 0;
        for (String line : Files.readAllLines(stat)) {
          boolean counts = line.startsWith("nr_descendants ") || line.startsWith("nr_dying_desc");
          sum += counts ? Long.parseLong(line.replaceFirst(".* ", "")) : 0;
        }
        return sum;
      }
    }
    return 0;
  }

  private static long countNamespaces() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/slabinfo"))) {
      return lines
          .filter(line -> line.startsWith("net_namespace "))
          .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
          .findFirst()
          .orElse(-1);
    }
  }

  private static Map<String, Long> memory() throws IOException {
    Map<String, Long> memory = new HashMap<>();
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      String[] words = line.split(":?\\s+");
      memory.put(words[0], Long.parseLong(words[1]));
    }
    return memory;
  }

  /// @param before the same, earlier
  /// @param lives containers that have lived and died in between. What leaks leaks with each of
  ///   them; what the machine does meanwhile by itself does not grow with them
  /// @throws AssertionError when anything has grown
  void assertNotGrown(Footprint before, int lives) {
    assertThat(onNode).as("on the node").isEqualTo(before.onNode());
    long some = lives / 2;
    assertThat(files).as("files").isLessThan(before.files() + some);
    assertThat(groups.memory()).as("memory groups").isLessThan(before.groups().memory() + some);
    assertThat(groups.others()).as("groups").isLessThan(before.groups().others() + some);
    assertThat(groups.unified()).as("groups").isLessThan(before.groups().unified() + some);
    assertThat(namespaces).as("namespaces").isLessThan(before.namespaces() + some);
    long kernel = before.kernelKib() + KERNEL_NOISE_KIB + lives * KERNEL_KIB_PER_LIFE;
    assertThat(kernelKib).as("kernel's memory").isLessThan(kernel);
  }

  static String header() {
    return "| restarts | processes, descriptors, mounts, files on the node | files | control groups:"
        + " memory, others, unified | network namespaces | kernel's memory, MiB | available, MiB |\n"
        + "|---|---|---|---|---|---|---|\n";
  }

  String row(int restarts) {
    List<String> cells = new ArrayList<>();
    cells.add(Integer.toString(restarts));
    cells.add(
        onNode.processes()
            + ", "
            + onNode.descriptors()
            + ", "
            + onNode.mounts()
            + ", "
            + onNode.files());
    cells.add(Long.toString(files));
    cells.add(groups.memory() + ", " + groups.others() + ", " + groups.unified());
    cells.add(Long.toString(namespaces));
    cells.add(Long.toString(kernelKib >> 10));
    cells.add(Long.toString(availableKib >> 10));
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
