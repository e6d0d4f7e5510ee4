package dev.urunj.runtime.netns;

import dev.urunj.linux.namespace.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Forces the kernel to give an inode number of the namespaces' file system once more.
final class Reuse {
  private Reuse() {}

  interface Use {
    void of(NetworkNamespace namespace) throws IOException;
  }

  /// Makes a namespace, lets it be used and die, and makes others until one has its inode. The
  /// kernel gives the lowest number that is free, so those made on the way are held for a while.
  /// The number may go to a file of /proc, or to somebody else on the machine: then all begins
  /// anew.
  ///
  /// @param use may be called several times; the last namespace is the one that counts
  static NetworkNamespace afterDeath(Use use) throws IOException {
    for (int attempt = 0; attempt < 200; attempt++) {
      long inode;
      try (NetworkNamespace namespace = NetworkNamespace.create()) {
        use.of(namespace);
        inode = namespace.identity().inode();
      }
      NetworkNamespace impostor = ofInode(inode);
      if (impostor != null) {
        return impostor;
      }
    }
    throw new AssertionError("no inode was given again");
  }

  private static @Nullable NetworkNamespace ofInode(long inode) throws IOException {
    List<NetworkNamespace> onTheWay = new ArrayList<>();
    try {
      for (int attempt = 0; attempt < 4; attempt++) {
        pause();
        NetworkNamespace made = NetworkNamespace.create();
        if (made.identity().inode() == inode) {
          return made;
        }
        onTheWay.add(made);
      }
      return null;
    } finally {
      for (NetworkNamespace one : onTheWay) {
        one.close();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(5); // a dead namespace's inode is freed by a worker
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
