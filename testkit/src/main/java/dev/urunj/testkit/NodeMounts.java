package dev.urunj.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What has become of a node's mounts, apart from what the machine does.
///
/// A mount namespace begins with copies of the machine's mounts. Mounts that the machine makes
/// later do not get into it, but when the machine removes the directory that a mount lies on, the
/// kernel takes that mount out of every namespace. So an inherited mount that the node has lost
/// counts only while the machine has it; everything else counts.
final class NodeMounts {
  private static final Path MACHINE = Path.of("/proc/self/mountinfo");

  private final Path table;
  private final Set<Mount> inherited = new HashSet<>();

  /// Begins with what a node has now.
  ///
  /// @param pid a process in the node's mount namespace, by its id on the machine
  NodeMounts(long pid) throws IOException {
    this.table = Path.of("/proc/" + pid + "/mountinfo");
    Set<String> machine = places(read(MACHINE));
    for (Mount mount : read(table)) {
      if (machine.contains(mount.place())) {
        inherited.add(mount);
      }
    }
  }

  /// A line of proc_pid_mountinfo(5).
  ///
  /// @param id unique in the node while it is mounted
  /// @param place device, root and mount point
  /// @param text from the root on, without what tells of propagation
  private record Mount(String id, String place, String text) {
    static Mount of(String line) {
      String[] fields = line.split(" ", 4);
      String text = fields[3].replaceAll(" (shared|master):[0-9]+", "");
      String[] words = text.split(" ", 3);
      return new Mount(fields[0], fields[2] + " " + words[0] + " " + words[1], text);
    }

    /// Options may change while it is the same mount.
    @Override
    public boolean equals(Object other) {
      return other instanceof Mount mount && id.equals(mount.id) && place.equals(mount.place);
    }

    @Override
    public int hashCode() {
      return id.hashCode();
    }
  }

  /// One line for each mount that the node has and did not inherit, and for each that it inherited
  /// and lost by itself.
  String text() throws IOException {
    List<Mount> now = read(table);
    StringBuilder text = new StringBuilder();
    for (Mount mount : now) {
      if (!inherited.contains(mount)) {
        text.append(mount.text()).append('\n');
      }
    }
    Set<String> machine = places(read(MACHINE));
    Set<Mount> kept = new HashSet<>(now);
    inherited.stream()
        .filter(mount -> !kept.contains(mount) && machine.contains(mount.place()))
        .map(mount -> "lost " + mount.place() + "\n")
        .sorted()
        .forEach(text::append);
    return text.toString();
  }

  private static Set<String> places(List<Mount> mounts) {
    Set<String> places = new HashSet<>();
    for (Mount mount : mounts) {
      places.add(mount.place());
    }
    return places;
  }

  private static List<Mount> read(Path table) throws IOException {
    return Files.readAllLines(table).stream().map(Mount::of).toList();
  }
}
