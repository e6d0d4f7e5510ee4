package dev.urunj.runtime.state;

import dev.urunj.linux.file.DirectoryLock;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.LockTimeoutException;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.failure.KnownFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `ROOT/ID`, everything that urunj keeps about one container.
///
/// ```
/// urunj.json    the record
/// journal       the acts to undo
/// config.json   the specification as create read it
/// netns         the pinned network namespace
/// bundle/       the monitor's bundle
/// runc/         the low-level runtime's own root
/// runc.log      what the low-level runtime logged at its last command
/// pid           the process id that the low-level runtime wrote at create
/// resources.json  the limits that the last `update` passed on
/// console.sock  where the low-level runtime hands over the terminal
/// kernel        a copy of the guest's kernel, where the monitor's user may not read the image's
/// launch        the line that starts the monitor, written at start
/// monitor.log   what the monitor prints on stderr
/// verifier.log  what the kernel's verifier said, where it refused the fabric's programs
/// control.sock  the monitor's control socket
/// stop          there is a request to stop that waits for the monitor to be let go on
/// ```
///
/// A directory of that name always has a record, because create fills it as `ROOT/@new.ID` before
/// it renames it, and delete renames it to `ROOT/@old.ID` before it removes the record. One without
/// a record is another program's.
///
/// Reading needs no lock. Hold [#lock] to change anything.
public final class StateDirectory {
  /// No container can have such a name, because an id has no `@`.
  private static final String INCOMING = "@new.";

  private static final String OUTGOING = "@old.";

  /// A command that makes or removes the directory writes or removes a few files.
  private static final Duration PASSAGE_TIMEOUT = Duration.ofSeconds(5);

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

  /// The directory's own name: the container's id.
  public String name() {
    return String.valueOf(path.getFileName());
  }

  /// The directory with all containers' state.
  public Path root() {
    return Objects.requireNonNull(path.getParent(), "a state directory has a root");
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

  /// Removes what a low-level runtime has left in its root; its mounts are off.
  public void removeLowLevelRoot() throws IOException {
    Removal.of(lowLevelRoot()).all();
  }

  public Path kernel() {
    return path.resolve("kernel");
  }

  public Path launch() {
    return path.resolve("launch");
  }

  /// An empty file, because a kill must not wait for a lock, and one bit needs none.
  public Path stopRequest() {
    return path.resolve("stop");
  }

  /// The limits that the last `update` passed on.
  public Path limits() {
    return path.resolve("resources.json");
  }

  public Path monitorLog() {
    return path.resolve("monitor.log");
  }

  public Path verifierLog() {
    return path.resolve("verifier.log");
  }

  /// Name of the control socket in [#path].
  public static String socketName() {
    return "control.sock";
  }

  /// Whether anything, ours or the low-level runtime's, has this id.
  public boolean exists() {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /// Whether this is a container of urunj's own, by the presence of its record.
  public boolean isOurs() {
    return Files.exists(path.resolve(RecordFile.NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /// Takes the id: the directory appears whole, with the record in it and locked by the caller, or
  /// it does not appear. It is made under a name that no container can have and renamed to a name
  /// that is free, so that of several commands one gets the id, and a directory of another program,
  /// even an empty one, is left as it is.
  ///
  /// @return null when the id is taken, or another command is taking or leaving it
  public @Nullable Lock claim(ContainerRecord record) throws IOException {
    Files.createDirectories(
        root(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    StateDirectory incoming = incoming();
    while (!isThere() && outgoing().clear() && incoming.clear()) {
      Lock lock = incoming.make();
      if (lock == null) {
        continue; // another had the same thought
      }
      try {
        incoming.write(record);
        if (FileIo.renameToNew(incoming.path, path)) {
          return lock;
        }
        Removal.of(incoming.path).all();
        lock.close();
      } catch (Throwable t) {
        try (lock;
            Undo _ =
                Undo.of(
                    new Undo.Step() {
                      @Override
                      public void run() throws IOException {
                        Removal.of(incoming.path).all();
                      }
                    })) {
          throw t;
        }
      }
    }
    return null;
  }

  /// Makes the directory, readable by root alone, and locks it.
  ///
  /// @return null when another has made it, or has found it before it was locked and removed it
  private @Nullable Lock make() throws IOException {
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException _) {
      return null;
    }
    return tryLock();
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
  /// itself, so that nothing is left behind by it.
  ///
  /// @param timeout how long to wait for it
  /// @return null when the directory is gone, also when it went while waiting
  public @Nullable Lock lock(Duration timeout) throws IOException {
    return Lock.of(DirectoryLock.exclusive(path, timeout));
  }

  /// The lock, if it is free.
  ///
  /// @return null when another command has it, or the directory is gone
  public @Nullable Lock tryLock() throws IOException {
    return Lock.of(DirectoryLock.tryExclusive(path));
  }

  /// Forgets the container, all of whose acts are undone. Removes what is in the directory, the
  /// record last, and never under the container's name, so a command in between finds the whole
  /// record, or no such container. Never follows a symlink and never enters a mounted file system,
  /// because the caller has undone the mounts before. May be cut off and repeated.
  ///
  /// The caller holds the lock.
  public void remove() throws IOException {
    if (!exists()) {
      return;
    }
    Removal.of(path).contentsBut(RecordFile.NAME);
    StateDirectory old = outgoing();
    while (!FileIo.renameToNew(path, old.path)) {
      if (!old.clear()) {
        throw new KnownFailure(
            FailureKind.TIMED_OUT,
            old.path + ": another command has been removing it for too long");
      }
    }
    Removal.of(old.path).all();
  }

  /// Removes what killed commands have left of this container on its way in and out, unless a
  /// living command holds it. For a command that wants the container gone and finds none.
  public void removeRemains() throws IOException {
    for (StateDirectory remains : List.of(incoming(), outgoing())) {
      try (Lock lock = remains.tryLock()) {
        if (lock != null) {
          Removal.of(remains.path).all();
        }
      }
    }
  }

  /// Whether a directory's name is that of a container on its way in or out.
  public static boolean isPassage(String name) {
    return name.startsWith(INCOMING) || name.startsWith(OUTGOING);
  }

  /// Removes a directory on its way in or out; the caller holds its lock.
  public void removePassage() throws IOException {
    if (isPassage(name())) {
      Removal.of(path).all();
    }
  }

  /// Where a container is before it has its name.
  StateDirectory incoming() {
    return new StateDirectory(path.resolveSibling(INCOMING + path.getFileName()));
  }

  /// Where it is when it no longer has its name.
  StateDirectory outgoing() {
    return new StateDirectory(path.resolveSibling(OUTGOING + path.getFileName()));
  }

  /// Removes a directory that a killed command has left on its way in or out. Nothing that it
  /// describes exists yet, or any longer.
  ///
  /// @return false when a living command holds it for too long
  private boolean clear() throws IOException {
    while (isThere()) {
      if (!exists()) {
        throw new IOException(
            path + ": is not a directory; expected one of urunj's own, or nothing");
      }
      try (Lock lock = Lock.of(DirectoryLock.exclusive(path, PASSAGE_TIMEOUT))) {
        if (lock != null) {
          Removal.of(path).all();
        }
      } catch (LockTimeoutException _) {
        return false;
      }
    }
    return true;
  }

  private boolean isThere() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /// A held lock.
  public static final class Lock implements AutoCloseable {
    private final DirectoryLock lock;

    private Lock(DirectoryLock lock) {
      this.lock = lock;
    }

    private static @Nullable Lock of(@Nullable DirectoryLock lock) {
      return lock == null ? null : new Lock(lock);
    }

    /// Gives the lock back.
    @Override
    public void close() throws IOException {
      lock.close();
    }
  }
}
