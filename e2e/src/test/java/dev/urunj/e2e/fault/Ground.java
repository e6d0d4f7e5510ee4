package dev.urunj.e2e.fault;

import dev.urunj.e2e.stage.Command;
import dev.urunj.e2e.stage.Leftovers;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A node with a pod in which life after life is lived, and what it must look like in between:
/// exactly as at the beginning.
final class Ground implements AutoCloseable {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private final Node node;
  private final Urunj urunj;
  private final Pod pod;
  private final Observer observer;
  private final Set<String> namespaces;
  private final List<String> before;
  private final Set<String> machineMounts;

  private Ground(Node node) throws IOException {
    this.node = node;
    this.urunj = Urunj.on(node);
    this.pod = node.passingPod("pod", PodSpec.number(Target.number() % 250));
    node.inside().settle("pod");
    this.observer = Observer.on(node, pod);
    this.namespaces = Leftovers.namespacesOf(node, pod);
    this.machineMounts = machineMounts();
    this.before = observer.look();
  }

  static Ground make() throws IOException {
    Node node = Node.start();
    try {
      return new Ground(node);
    } catch (IOException | RuntimeException | Error e) {
      try (node) {
        throw e;
      }
    }
  }

  Node node() {
    return node;
  }

  Pod pod() {
    return pod;
  }

  List<String> line(String... words) {
    return urunj.line(words);
  }

  /// What is not as it was, one thing a line; empty when nothing is left.
  ///
  /// @param cgroups the names of all control groups that there were
  /// @param patience how long what the kernel does later may take
  List<String> problems(List<String> cgroups, List<Command> commands, Duration patience)
      throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      List<String> problems = problems(cgroups, commands);
      if (problems.isEmpty() || System.nanoTime() > end) {
        return problems;
      }
      Node.pause(20);
    }
  }

  private List<String> problems(List<String> cgroups, List<Command> commands) throws IOException {
    List<String> problems = new ArrayList<>();
    Path root = node.path(Urunj.ROOT);
    if (Files.isDirectory(root)) {
      try (Stream<Path> left = Files.walk(root)) {
        left.filter(file -> !file.equals(root)).forEach(file -> problems.add("state: " + file));
      }
    }
    for (Command command : commands) {
      if (!command.isReaped(Duration.ZERO)) {
        command.processes().forEach(process -> problems.add("process: " + describe(process)));
      }
    }
    for (Path cgroup : existing(cgroups)) {
      problems.add("cgroup: " + cgroup);
    }
    for (ProcessHandle process : Leftovers.processesIn(namespaces)) {
      if (process.pid() != node.inside().pid() && process.pid() != observer.pid()) {
        problems.add("process: " + describe(process));
      }
    }
    if (problems.isEmpty()) {
      problems.addAll(Observer.difference(before, observer.look()));
      Set<String> still = machineMounts();
      problems.removeIf(
          line -> machineMounts.contains(mountOf(line)) && !still.contains(mountOf(line)));
    }
    return problems;
  }

  /// The mounts of the machine, which the node has inherited: when the machine removes the place of
  /// one, the kernel takes it out of the node as well.
  private static Set<String> machineMounts() throws IOException {
    Set<String> mounts = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String[] fields = line.split(" ");
      mounts.add(fields[3] + " " + fields[4]);
    }
    return mounts;
  }

  private static String mountOf(String difference) {
    String[] words = difference.split(" ");
    return words.length > 3 && difference.startsWith("- mount ") ? words[2] + " " + words[3] : "";
  }

  private static String describe(ProcessHandle process) {
    String status;
    try {
      status = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    } catch (IOException gone) {
      status = "gone";
    }
    return status.strip() + " " + process.info().commandLine().orElse("");
  }

  private static List<Path> existing(List<String> cgroups) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
      for (Path hierarchy : hierarchies.toList()) {
        cgroups.stream().map(hierarchy::resolve).filter(Files::exists).forEach(found::add);
      }
    }
    cgroups.stream().map(CGROUPS::resolve).filter(Files::exists).forEach(found::add);
    return found;
  }

  /// Ends every process that is left on the node; and the control groups, which are the machine's.
  void giveUp(List<String> cgroups) throws IOException {
    for (ProcessHandle process : Leftovers.processesIn(namespaces)) {
      if (process.pid() != node.inside().pid()) {
        process.destroyForcibly();
      }
    }
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    for (Path cgroup : existing(cgroups)) {
      while (!cgroup.toFile().delete() && System.nanoTime() < end) {
        Node.pause(50);
      }
    }
  }

  /// For a run that is interrupted: all control groups of this run, in their last moment.
  void giveUpEverything() {
    try {
      List<String> names = new ArrayList<>();
      try (Stream<Path> groups =
          Files.list(
              Files.isDirectory(CGROUPS.resolve("pids")) ? CGROUPS.resolve("pids") : CGROUPS)) {
        groups
            .map(group -> group.getFileName().toString())
            .filter(name -> name.startsWith(Target.prefix()))
            .forEach(names::add);
      }
      giveUp(names);
    } catch (IOException e) {
      System.err.println("not cleaned up: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    try (node;
        observer) {
      return;
    }
  }
}
