package dev.urunj.linux.file;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A directory that no other process changes as long as this is open, if all ask for the lock:
/// flock(2) on the directory itself, which leaves nothing behind. After a wait the caller must ask
/// whether it is still the one of that name, because its last holder may have removed it. Held
/// until it is closed or the process ends.
public final class DirectoryLock implements AutoCloseable {
  private final Fd directory;
  private final FileLock lock;

  private DirectoryLock(Fd directory, FileLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /// Waits for the lock.
  ///
  /// @return null when there is no such directory, also when it went while this waited
  /// @throws IOException when others have held it for that long
  public static @Nullable DirectoryLock exclusive(Path path, Duration timeout) throws IOException {
    return locked(path, timeout);
  }

  /// Takes the lock, if it is free.
  ///
  /// @return null when another process has it, or there is no such directory
  public static @Nullable DirectoryLock tryExclusive(Path path) throws IOException {
    return locked(path, null);
  }

  /// @param timeout null to ask once, and take no for an answer
  private static @Nullable DirectoryLock locked(Path path, @Nullable Duration timeout)
      throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    Fd directory;
    try {
      directory = OpenFile.directory(path);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
    try {
      FileLock lock =
          timeout == null
              ? FileLock.tryExclusive(directory)
              : FileLock.exclusive(directory, timeout);
      if (lock != null && isNamed(path, directory)) {
        return new DirectoryLock(directory, lock);
      }
      directory.close();
      return null;
    } catch (Throwable t) {
      try (directory) {
        throw t;
      }
    }
  }

  private static boolean isNamed(Path path, Fd directory) throws ErrnoException {
    try {
      FileStatus held = FileStatus.of(directory);
      FileStatus named = FileStatus.of(path);
      return held.inode() == named.inode() && held.device() == named.device();
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  /// Gives the lock back.
  @Override
  public void close() throws ErrnoException {
    try (directory;
        lock) {
      return;
    }
  }
}
