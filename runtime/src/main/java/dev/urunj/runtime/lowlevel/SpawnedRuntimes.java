package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.process.Inheritance;
import java.nio.file.Path;

/// Low-level runtimes that are programs of this node, each command of which is a child process.
public final class SpawnedRuntimes implements LowLevelRuntimes {
  /// Those of this node.
  public SpawnedRuntimes() {}

  @Override
  public LowLevelRuntime of(
      Path program, Path root, boolean systemdCgroup, Inheritance inheritance) {
    return new SpawnedRuntime(program, root, systemdCgroup, inheritance);
  }
}
