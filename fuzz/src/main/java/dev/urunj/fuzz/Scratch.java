package dev.urunj.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A directory of this process below `java.io.tmpdir`, for parsers that read files. The parent of
/// the process removes it: a fuzzer does not end in a way that would let it clean up.
public final class Scratch {
  private Scratch() {}

  /// A new directory.
  public static Path directory() {
    try {
      Path temporary = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
      return Files.createTempDirectory(temporary, "fuzz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file with that content.
  public static Path file(Path directory, String name, byte[] content) {
    Path file = directory.resolve(name);
    write(file, content);
    return file;
  }

  /// Replaces a file's content.
  public static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file's content.
  public static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
