package dev.urunj.runtime.lowlevel;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.process.Inheritance;
import java.nio.file.Path;
import java.time.Duration;

/// Low-level runtimes that are programs of this node, each command of which is a child process that
/// has a deadline.
public final class SpawnedRuntimes implements LowLevelRuntimes {
  /// How long a command may take, its hooks included. The kubelet waits two minutes for an answer,
  /// so whatever works under it takes less than this, and of what does not it hears the reason
  /// instead of its own deadline. It is as long as start waits for a monitor.
  public static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Duration patience;

  /// Runtimes whose commands end.
  ///
  /// @param patience after which a command is killed; it then has failed
  public SpawnedRuntimes(Duration patience) {
    this.patience = patience;
  }

  @Override
  public LowLevelRuntime of(
      Path program, Path root, boolean systemdCgroup, Inheritance inheritance, Deadline deadline) {
    Duration left = deadline.remaining();
    return new SpawnedRuntime(
        program, root, systemdCgroup, inheritance, left.compareTo(patience) < 0 ? left : patience);
  }
}
