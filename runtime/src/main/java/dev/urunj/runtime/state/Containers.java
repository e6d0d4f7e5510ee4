package dev.urunj.runtime.state;

import dev.urunj.runtime.oci.ContainerId;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The containers under a root, ours and the low-level runtime's.
public final class Containers {
  private final Path root;

  public Containers(Path root) {
    this.root = root;
  }

  /// All ids, in alphabetical order; none when the root does not exist.
  public List<String> ids() {
    String[] names = root.toFile().list();
    if (names == null) {
      return List.of();
    }
    Arrays.sort(names);
    List<String> ids = new ArrayList<>();
    for (String name : names) {
      if (ContainerId.isValid(name) && new File(root.toFile(), name).isDirectory()) {
        ids.add(name);
      }
    }
    return ids;
  }
}
