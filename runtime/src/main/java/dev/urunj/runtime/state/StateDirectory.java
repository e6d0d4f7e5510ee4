package dev.urunj.runtime.state;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `ROOT/ID`, everything that urunj keeps about one container.
///
/// ```
/// urunj.json    the record; a directory without it is not ours
/// journal       the acts to undo
/// config.json   the specification as create read it
/// netns         the pinned network namespace
/// bundle/       the monitor's bundle
/// runc/         the low-level runtime's own root
/// launch        the line that starts the monitor, written at start
/// monitor.log   what the monitor prints on stderr
/// qmp.sock      the monitor's control socket
/// ```
///
/// Reading needs no lock. Whoever changes anything holds [#lock].
public final class StateDirectory {
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

  private final Path path;

  private StateDirectory(Path path) {
    this.path = path;
  }

  /// The directory of a container under a root; it need not exist.
  ///
  /// @param id validated before: it becomes a part of the path
  public static StateDirectory of(Path root, String id) {
    return new StateDirectory(root.resolve(id));
  }

  public Path path() {
    return path;
  }

  public Path config() {
    return path.resolve("config.json");
  }

  public Path pin() {
    return path.resolve("netns");
  }

  public Path bundle() {
    return path.resolve("bundle");
  }

  public Path lowLevelRoot() {
    return path.resolve("runc");
  }

  public Path launch() {
    return path.resolve("launch");
  }

  public Path monitorLog() {
    return path.resolve("monitor.log");
  }

  /// Name of the control socket in [#path].
  public static String socketName() {
    return "qmp.sock";
  }

  /// Whether anything, ours or the low-level runtime's, has this id.
  public boolean exists() {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /// Whether this is a container of urunj's own, by the presence of its record.
  public boolean isOurs() {
    return Files.exists(path.resolve(RecordFile.NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /// Makes the directory, with its parents, readable by root alone.
  ///
  /// @return false when it exists already: the id is taken
  public boolean create() throws IOException {
    Path root = path.getParent();
    if (root != null) {
      Files.createDirectories(root);
    }
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return true;
    } catch (FileAlreadyExistsException _) {
      return false;
    }
  }

  /// The record of the container.
  ///
  /// @return null when this is no container of ours
  public @Nullable ContainerRecord record() throws IOException {
    return RecordFile.read(path);
  }

  public void write(ContainerRecord record) throws IOException {
    RecordFile.write(path, record);
  }

  public Journal journal() {
    return new Journal(path);
  }

  /// The lock of this container, held until it is closed or the process ends. It is the directory
  /// itself, so that nothing is left behind by it. Waits up to 30 s.
  ///
  /// @return null when the directory is gone, also when it went while waiting
  public @Nullable Lock lock() throws IOException {
    return exists() ? locked(directory -> FileLock.exclusive(directory, LOCK_TIMEOUT)) : null;
  }

  /// The lock, if nobody has it.
  ///
  /// @return null when somebody has it, or the directory is gone
  public @Nullable Lock tryLock() throws IOException {
    return exists() ? locked(FileLock::tryExclusive) : null;
  }

  private interface Locking {
    @Nullable FileLock lock(Fd directory) throws IOException;
  }

  private @Nullable Lock locked(Locking locking) throws IOException {
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
      FileLock lock = locking.lock(directory);
      if (lock != null && isSame(directory)) {
        return new Lock(directory, lock);
      }
      directory.close();
      return null;
    } catch (Throwable t) {
      try (directory) {
        throw t;
      }
    }
  }

  /// Whether there is nothing in the directory, or only a record that was never put in place: its
  /// maker was killed at once.
  public boolean isEmpty() {
    String[] names = path.toFile().list();
    return names != null
        && (names.length == 0 || (names.length == 1 && names[0].equals(RecordFile.NEXT)));
  }

  private boolean isSame(Fd directory) throws IOException {
    if (!exists()) {
      return false;
    }
    FileStatus held = FileStatus.of(directory);
    FileStatus named = FileStatus.of(path);
    return held.inode() == named.inode() && held.device() == named.device();
  }

  /// Removes the directory with everything in it, the record last: until then the next command
  /// still knows whose it is. Never follows a symlink and never enters a mounted file system,
  /// because the caller has undone the mounts before.
  public void remove() throws IOException {
    if (!exists()) {
      return;
    }
    Path record = path.resolve(RecordFile.NAME);
    Files.walkFileTree(path, new Removal(record));
    Files.deleteIfExists(record);
    Files.deleteIfExists(path);
  }

  private final class Removal extends SimpleFileVisitor<Path> {
    private final Path last;

    Removal(Path last) {
      this.last = last;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      if (!Files.getAttribute(directory, "unix:dev").equals(Files.getAttribute(path, "unix:dev"))) {
        throw new IOException(directory + ": a file system is mounted here, it is left alone");
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!file.equals(last)) {
        Files.deleteIfExists(file);
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
      if (!directory.equals(path)) {
        try {
          Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
          throw new IOException(directory + ": filled while it was being removed", e);
        }
      }
      return FileVisitResult.CONTINUE;
    }
  }

  /// A held lock.
  public static final class Lock implements AutoCloseable {
    private final Fd directory;
    private final FileLock lock;

    private Lock(Fd directory, FileLock lock) {
      this.directory = directory;
      this.lock = lock;
    }

    /// Gives the lock back.
    @Override
    public void close() throws IOException {
      try (directory;
          lock) {
        return;
      }
    }
  }
}
