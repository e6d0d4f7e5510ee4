package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileReader;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.FoundFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Copies a file or directory of the host into an archive.
///
/// A hostile container of the same pod may change the tree meanwhile. So every step down is a
/// [FoundFile] below the directory that is held. It opens exactly the file that it has looked at,
/// so a name that was swapped for a link, a device or a FIFO is left out, and nothing leads out of
/// the tree.
///
/// A file that cannot be read is left out too, and noted; one that became shorter is what was read
/// of it. Only what does not fit the guest is an error, and a tree of versions that is never the
/// same for the time of a copy, see [VersionedTree].
final class TreeCopy {
  private static final int DEPTH = 64;

  /// Up to this size we read a file to its end before we write it, because files of /proc report 0
  /// bytes, and files of /sys report 4096 whatever is in them.
  private static final int UNSURE_BYTES = 64 * 1024;

  /// A file that has more than this, but reported less, has no end.
  private static final int ENDLESS_BYTES = 16 << 20;

  /// How often a tree of versions is copied again.
  private static final int RETRIES = 50;

  /// After this many copies without a change in between it is accepted as it is.
  private static final int SETTLED = 20;

  private static final String NO_KIND = "is not a file, directory or symbolic link";

  private final Cpio archive;
  private final GuestFile.Tree tree;
  private final CopyNotes notes;
  private final CopyProgress progress;
  private final FileReader reader;
  private final byte[] root;
  private int retries;
  private int vanished;

  TreeCopy(
      Cpio archive, GuestFile.Tree tree, CopyNotes notes, CopyProgress progress, FileReader reader)
      throws IOException {
    this.archive = archive;
    this.tree = tree;
    this.notes = notes;
    this.progress = progress;
    this.reader = reader;
    this.root = Cpio.name(tree.path());
  }

  /// Copies all of it.
  ///
  /// @throws IOException one line that names the mount and the file
  void copy() throws IOException {
    progress.at(tree.mount(), tree.source().toString());
    try (FoundFile top = top()) {
      FileStatus status = top.status();
      if (status.isDirectory()) {
        directory(top, root, 0);
      } else if (!status.isRegular()) {
        notes.leftOut(path(root), NO_KIND);
        nothing(status);
      } else if (!file(top, root)) {
        nothing(status);
      }
    } catch (TreeException e) {
      throw e;
    } catch (IOException e) {
      throw failure(root, words(e), e);
    }
  }

  /// An empty file in the mount's place, because the guest's init expects something to bind.
  private void nothing(FileStatus status) throws IOException {
    archive.file(root, status.permissions(), id(status.uid()), id(status.gid()), new byte[0]);
  }

  /// A kubelet that changes what a link on the way leads to removes the old just after.
  private FoundFile top() throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        return FoundFile.of(tree.source());
      } catch (ErrnoException e) {
        if (e.errno() != Errno.ENOENT || attempt == 3) {
          throw e;
        }
        pause(attempt);
      }
    }
  }

  private void directory(FoundFile found, byte[] name, int depth) throws IOException {
    if (depth > DEPTH) {
      throw failure(name, "directories deeper than " + DEPTH, null);
    }
    VersionedTree before = VersionedTree.of(found, reader);
    if (!before.hasVersions()) {
      entries(found, name, depth, before, false);
      return;
    }
    Cpio.Mark mark = archive.mark();
    int noted = notes.count();
    entries(found, name, depth, before, false);
    for (int settled = 0; !isOneVersion(found, before, settled); ) {
      if (retries++ == RETRIES) {
        throw failure(name, "has changed during each of " + RETRIES + " copies", null);
      }
      settled = vanished == 0 && VersionedTree.of(found, reader).isStill(before) ? settled + 1 : 0;
      archive.rewind(mark);
      notes.rewind(noted);
      vanished = 0;
      pause(retries);
      before = VersionedTree.of(found, reader);
      entries(found, name, depth, before, true);
    }
  }

  private boolean isOneVersion(FoundFile found, VersionedTree before, int settled) {
    return vanished == 0
        && (before.isWhole() || settled == SETTLED)
        && VersionedTree.of(found, reader).isStill(before);
  }

  /// @param only whether other versions that lie beside this one are left out
  private void entries(FoundFile found, byte[] name, int depth, VersionedTree version, boolean only)
      throws IOException {
    FileStatus status = found.status();
    archive.directory(
        depth == 0 && tree.inPlace() ? slashed(name) : name,
        status.mode(),
        id(status.uid()),
        id(status.gid()));
    List<byte[]> children;
    try (Fd open = found.open()) {
      children = reader.names(open, VersionedTree.ENTRIES);
    } catch (ErrnoException e) {
      leftOut(name, e);
      return;
    }
    if (children == null) {
      throw failure(
          name, "more than " + VersionedTree.ENTRIES + " files do not fit the guest", null);
    }
    children.sort(
        new Comparator<byte[]>() {
          @Override
          public int compare(byte[] one, byte[] other) {
            return Arrays.compareUnsigned(one, other);
          }
        });
    for (byte[] child : children) {
      byte[] below = joined(name, child);
      if (version.isLink(child)) {
        archive.symlink(below, version.target(), id(status.uid()), id(status.gid()));
      } else if (!only || !version.isStale(child)) {
        child(found, child, below, depth);
      }
    }
  }

  private void child(FoundFile above, byte[] last, byte[] name, int depth) throws IOException {
    progress.at(tree.mount(), path(name));
    FoundFile found;
    try {
      found = above.child(last);
    } catch (ErrnoException e) {
      leftOut(name, e);
      return;
    }
    try (found) {
      FileStatus status = found.status();
      if (status.isDirectory()) {
        directory(found, name, depth + 1);
      } else if (status.isRegular()) {
        boolean _ = file(found, name);
      } else if (status.isSymbolicLink()) {
        link(found, name);
      } else {
        notes.leftOut(path(name), NO_KIND);
      }
    } catch (TreeException e) {
      throw e;
    } catch (IOException e) {
      throw failure(name, words(e), e);
    }
  }

  private void link(FoundFile found, byte[] name) throws IOException {
    byte[] target;
    try {
      target = found.linkTarget();
    } catch (ErrnoException e) {
      leftOut(name, e);
      return;
    }
    archive.symlink(name, target, id(found.status().uid()), id(found.status().gid()));
  }

  /// @return whether it could be read; else it is noted
  private boolean file(FoundFile found, byte[] name) throws IOException {
    Cpio.Mark mark = archive.mark();
    try (Fd open = open(found)) {
      FileStatus status = FileStatus.of(open); // its size may have changed since it was found
      long uid = id(status.uid());
      long gid = id(status.gid());
      if (status.size() > UNSURE_BYTES) {
        archive.file(
            name,
            status.mode(),
            uid,
            gid,
            new Cpio.Content() {
              @Override
              public int read(byte[] into, int length) throws IOException {
                return TreeCopy.this.read(open, into, length);
              }
            },
            status.size());
        return true;
      }
      byte[] content = whole(open, status.size());
      if (content.length == ENDLESS_BYTES) {
        notes.leftOut(path(name), "has no end within " + (ENDLESS_BYTES >> 20) + " MiB");
        return false;
      }
      archive.file(name, status.mode(), uid, gid, content);
      return true;
    } catch (UnreadableException e) {
      archive.rewind(mark);
      leftOut(name, e.reason);
      return false;
    }
  }

  private void leftOut(byte[] name, ErrnoException reason) {
    boolean gone = reason.errno() == Errno.ENOENT;
    vanished += gone ? 1 : 0;
    notes.leftOut(path(name), gone ? "vanished while it was read" : words(reason));
  }

  private static Fd open(FoundFile found) throws UnreadableException {
    try {
      return found.open();
    } catch (ErrnoException e) {
      throw new UnreadableException(e);
    }
  }

  private byte[] whole(Fd open, long size) throws UnreadableException {
    try {
      return reader.readUpTo(open, size, ENDLESS_BYTES);
    } catch (ErrnoException e) {
      throw new UnreadableException(e);
    }
  }

  private int read(Fd open, byte[] into, int length) throws UnreadableException {
    progress.step();
    try {
      return reader.read(open, into, 0, length);
    } catch (ErrnoException e) {
      throw new UnreadableException(e);
    }
  }

  private static void pause(int attempt) throws InterruptedIOException {
    try {
      Thread.sleep(attempt * 7L % 20); // not in step with the program that makes the changes
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while files were copied");
    }
  }

  private TreeException failure(byte[] name, String why, @Nullable IOException cause) {
    return new TreeException(
        "mount " + Quoted.of(tree.mount()) + ": " + Quoted.of(path(name)) + ": " + why, cause);
  }

  /// Where on the host the file is that has a name in the archive.
  private String path(byte[] name) {
    return tree.source()
        + new String(name, root.length, name.length - root.length, StandardCharsets.UTF_8);
  }

  /// In the kernel's words, where it is the kernel that says no.
  private static String words(IOException e) {
    return e instanceof ErrnoException kernel
        ? Errno.description(kernel.errno())
        : String.valueOf(e.getMessage());
  }

  private static long id(int number) {
    return Integer.toUnsignedLong(number);
  }

  /// With a slash at its end the kernel follows a link that the image has there.
  static byte[] slashed(byte[] name) {
    byte[] slashed = Arrays.copyOf(name, name.length + 1);
    slashed[name.length] = '/';
    return slashed;
  }

  private static byte[] joined(byte[] parent, byte[] child) {
    byte[] joined = Arrays.copyOf(parent, parent.length + 1 + child.length);
    joined[parent.length] = '/';
    System.arraycopy(child, 0, joined, parent.length + 1, child.length);
    return joined;
  }

  /// A file of the tree, as opposed to the archive, gave an error.
  private static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient ErrnoException reason;

    UnreadableException(ErrnoException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  /// Already names the mount and the file.
  static final class TreeException extends IOException {
    private static final long serialVersionUID = 1;

    TreeException(String message, @Nullable IOException cause) {
      super(message, cause);
    }
  }
}
