package dev.urunj.runtime.netns;

import dev.urunj.linux.file.DirectoryLock;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A directory with its [DirectoryLock], made when it is wanted and removed when it is empty.
final class LockedDirectory implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 100;

  private final Path path;
  private final DirectoryLock lock;

  private LockedDirectory(Path path, DirectoryLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Makes the directory, with its parents and readable by its owner alone, or takes the one that
  /// is there. Waits up to 30 s for the lock.
  static LockedDirectory make(Path path) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (makeDirectory(path)) {
        LockedDirectory locked = open(path);
        if (locked != null) {
          return locked;
        }
      }
    }
    throw new IOException(path + ": another process removes it again and again");
  }

  /// Locks the directory that is there.
  ///
  /// @return null when there is none, also when it went while this waited
  static @Nullable LockedDirectory open(Path path) throws IOException {
    DirectoryLock lock = DirectoryLock.exclusive(path, TIMEOUT);
    return lock == null ? null : new LockedDirectory(path, lock);
  }

  Path path() {
    return path;
  }

  /// Removes the directory, and then its parent if nothing else is in there.
  ///
  /// @throws IOException when there is something in it, which is left alone
  void remove() throws IOException {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      throw new IOException(path + ": holds files that are not urunj's; they are left alone", e);
    }
    Path parent = path.getParent();
    if (parent != null) {
      removeIfEmpty(parent);
    }
  }

  /// Removes the directory if nothing is in it.
  void removeIfEmpty() throws IOException {
    removeIfEmpty(path);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  private static void removeIfEmpty(Path path) throws IOException {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException _) {
      // still in use by others
    }
  }

  /// @return false when a parent was removed meanwhile
  private static boolean makeDirectory(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent != null && !makeParents(parent)) {
      return false;
    }
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          return false; // another process has removed it since
        }
        throw new IOException(path + ": is not a directory", e);
      }
    } catch (NoSuchFileException _) {
      return false;
    }
    return true;
  }

  /// @return false when one of them was removed meanwhile, after it had been seen
  private static boolean makeParents(Path parent) throws IOException {
    try {
      Files.createDirectories(
          parent,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
      return true;
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      if (Files.exists(parent, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(parent)) {
        throw new IOException(parent + ": is not a directory", e);
      }
      return false;
    }
  }
}
