package dev.urunj.runtime.recovery;

import dev.urunj.linux.mount.MountPoint;
import dev.urunj.linux.mount.Mounts;
import dev.urunj.runtime.host.Node;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;

/// What is mounted in a container's state directory: its pin, and what a low-level runtime mounts
/// in its own root. Both must go before the directory can.
final class StateMounts {
  private StateMounts() {}

  /// Takes the pin off. What else lies there in its place goes with the directory.
  static void unpin(StateDirectory directory) throws IOException {
    while (Mounts.detach(directory.pin())) {
      // another mount lies over it; every layer must go, or the file cannot be removed
    }
  }

  /// Unmounts what a killed low-level runtime has left mounted in its own root, where it protects
  /// its own program from the container.
  ///
  /// @return whether there was anything
  static boolean detachLowLevel(StateDirectory directory, Node node) throws IOException {
    boolean found = false;
    for (MountPoint mount : MountPoint.below(directory.lowLevelRoot(), node.process())) {
      found |= Mounts.detach(mount.path());
    }
    return found;
  }
}
