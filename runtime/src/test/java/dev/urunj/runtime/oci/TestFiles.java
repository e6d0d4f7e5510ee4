package dev.urunj.runtime.oci;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that only a hostile or broken image has.
public final class TestFiles {
  private TestFiles() {}

  /// A FIFO: opening it for reading would block until another thread writes.
  public static Path fifo(Path path) throws IOException, InterruptedException {
    Process mkfifo = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
    if (mkfifo.waitFor() != 0) {
      throw new IOException("mkfifo " + path);
    }
    return path;
  }

  /// A file of that size which occupies no disk.
  public static Path sparse(Path path, long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    return path;
  }

  /// A bundle with that `config.json` and an empty directory `rootfs`.
  public static Bundle bundle(Path directory, String config) throws IOException {
    Files.createDirectories(directory.resolve("rootfs"));
    Files.writeString(directory.resolve("config.json"), config);
    return Bundle.load(directory);
  }
}
