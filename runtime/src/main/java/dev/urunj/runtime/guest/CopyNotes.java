package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;
import java.util.ArrayList;
import java.util.List;

/// What of a mount a guest does not get, one line each. A volume may hold any number of such files,
/// so after a hundred lines they are only counted.
final class CopyNotes {
  private static final int MOST = 100;

  private final String mount;
  private final List<String> lines = new ArrayList<>();
  private int count;

  /// @param mount the mount's destination
  CopyNotes(String mount) {
    this.mount = mount;
  }

  void leftOut(String path, String why) {
    add(path, "left out: " + why);
  }

  void add(String path, String what) {
    if (count++ < MOST) {
      lines.add("mount " + Quoted.of(mount) + ": " + Quoted.of(path) + " " + what);
    }
  }

  int count() {
    return count;
  }

  /// Forgets what came behind the first `earlier`.
  void rewind(int earlier) {
    count = earlier;
    while (lines.size() > earlier) {
      lines.removeLast();
    }
  }

  List<String> lines() {
    if (count > lines.size()) {
      List<String> all = new ArrayList<>(lines);
      all.add("mount " + Quoted.of(mount) + ": " + (count - lines.size()) + " more left out");
      return all;
    }
    return lines;
  }
}
