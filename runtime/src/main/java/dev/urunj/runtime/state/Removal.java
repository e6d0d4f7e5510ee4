package dev.urunj.runtime.state;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// Removes a directory of ours with what is in it. Never follows a symlink and never enters a
/// mounted file system. What is gone already counts as removed.
final class Removal extends SimpleFileVisitor<Path> {
  private final Path top;
  private @Nullable Path kept;

  private Removal(Path top) {
    this.top = top;
  }

  static Removal of(Path directory) {
    return new Removal(directory);
  }

  /// Removes everything and the directory itself.
  void all() throws IOException {
    contents();
    Files.deleteIfExists(top);
  }

  /// Removes everything but one file directly in the directory.
  void contentsBut(String name) throws IOException {
    kept = top.resolve(name);
    contents();
  }

  private void contents() throws IOException {
    if (Files.exists(top)) {
      Files.walkFileTree(top, this);
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    if (!Files.getAttribute(directory, "unix:dev").equals(Files.getAttribute(top, "unix:dev"))) {
      throw new IOException(directory + ": a file system is mounted here, it is left alone");
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!file.equals(kept)) {
      try {
        Files.deleteIfExists(file);
      } catch (FileSystemException e) {
        throw new IOException(file + ": cannot be removed: " + e.getReason(), e);
      }
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
    if (failure instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw failure;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
      throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (!directory.equals(top)) {
      try {
        Files.deleteIfExists(directory);
      } catch (DirectoryNotEmptyException e) {
        throw new IOException(directory + ": filled while it was being removed", e);
      }
    }
    return FileVisitResult.CONTINUE;
  }
}
