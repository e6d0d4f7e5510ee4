package dev.urunj.runtime.netns;

import dev.urunj.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.Path;

/// A directory as a mount point of its own that propagates nothing, so that pins made below it stay
/// there and are gone with it.
final class OwnMount implements AutoCloseable {
  private final Path directory;

  private OwnMount(Path directory) {
    this.directory = directory;
  }

  static OwnMount on(Path directory) throws IOException {
    Mounts.bind(directory, directory);
    OwnMount mount = new OwnMount(directory);
    Mounts.makePrivate(directory);
    return mount;
  }

  @Override
  public void close() throws IOException {
    Mounts.detach(directory);
  }
}
