package dev.urunj.runtime.netns;

import dev.urunj.linux.namespace.NetworkNamespace;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Forces the kernel to give an inode number of the namespaces' file system once more.
final class Reuse {
  private Reuse() {}

  interface Use {
    void of(NetworkNamespace namespace) throws IOException;
  }

  /// Makes a namespace, lets it be used and die, and makes others, one at a time, until one has its
  /// inode. The kernel gives the lowest number that is free: mostly to the next but one, because
  /// the files of /proc/net take numbers too. Somebody else on the machine may be given it, then
  /// all begins anew.
  ///
  /// @param use may be called several times; the last namespace is the one that counts
  static NetworkNamespace afterDeath(Use use) throws IOException {
    for (int attempt = 0; attempt < 40; attempt++) {
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
    for (int attempt = 0; attempt < 25; attempt++) {
      pause();
      NetworkNamespace made = NetworkNamespace.create();
      if (made.identity().inode() == inode) {
        return made;
      }
      made.close();
    }
    return null;
  }

  private static void pause() {
    try {
      Thread.sleep(20); // a dead namespace's inode is freed by a worker
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
