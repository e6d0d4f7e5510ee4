package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Copies a file or directory of the host into an archive.
///
/// A container of the same pod may change the tree meanwhile. So every step down is an openat(2)
/// relative to the directory that is held open, with O_NOFOLLOW: a name that was swapped for a
/// symbolic link fails, it cannot lead out of the tree.
final class TreeCopy {
  private static final int DEPTH = 64;
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final Cpio archive;
  private final GuestFile.Tree tree;
  private final List<String> notes;

  TreeCopy(Cpio archive, GuestFile.Tree tree, List<String> notes) {
    this.archive = archive;
    this.tree = tree;
    this.notes = notes;
  }

  void copy() throws IOException {
    byte[] name = Cpio.name(tree.path());
    Path source;
    try {
      source = tree.source().toRealPath();
    } catch (IOException e) {
      throw failure(tree.source(), e);
    }
    Entry entry = Entry.of(source);
    try {
      if (entry.isDirectory()) {
        archive.directory(name, entry.mode(), entry.uid(), entry.gid());
        try (DirectoryStream<Path> top = Files.newDirectoryStream(source)) {
          descend(secure(top), source, name, 0);
        }
      } else if (entry.isRegular()) {
        try (InputStream in = Channels.newInputStream(Files.newByteChannel(source, READ))) {
          archive.file(name, entry.mode(), entry.uid(), entry.gid(), in, entry.size());
        }
      } else {
        throw new IOException("expected a regular file or a directory");
      }
    } catch (TreeException e) {
      throw e;
    } catch (IOException e) {
      throw failure(source, e);
    }
  }

  private void descend(SecureDirectoryStream<Path> open, Path directory, byte[] name, int depth)
      throws IOException {
    if (depth > DEPTH) {
      throw failure(directory, new IOException("directories deeper than " + DEPTH));
    }
    List<Path> children = new ArrayList<>();
    for (Path child : open) {
      children.add(child);
    }
    children.sort(null);
    for (Path child : children) {
      Path path = directory.resolve(child.getFileName());
      try {
        child(open, path, joined(name, bytes(path)), depth);
      } catch (TreeException e) {
        throw e;
      } catch (NoSuchFileException e) {
        note(path, "vanished while it was read");
      } catch (IOException e) {
        throw failure(path, e);
      }
    }
  }

  private void child(SecureDirectoryStream<Path> open, Path path, byte[] name, int depth)
      throws IOException {
    Entry entry = Entry.of(path);
    Path last = path.getFileName();
    if (entry.isDirectory()) {
      try (SecureDirectoryStream<Path> below =
          open.newDirectoryStream(last, LinkOption.NOFOLLOW_LINKS)) {
        archive.directory(name, entry.mode(), entry.uid(), entry.gid());
        descend(below, path, name, depth + 1);
      }
    } else if (entry.isRegular()) {
      try (InputStream in = Channels.newInputStream(open.newByteChannel(last, READ))) {
        archive.file(name, entry.mode(), entry.uid(), entry.gid(), in, entry.size());
      }
    } else if (entry.isLink()) {
      byte[] target = rawBytes(Files.readSymbolicLink(path));
      archive.symlink(name, target, entry.uid(), entry.gid());
    } else {
      note(path, "is no file, directory or symbolic link");
    }
  }

  private void note(Path path, String why) {
    notes.add(
        "mount "
            + Quoted.of(tree.mount())
            + ": "
            + Quoted.of(path.toString())
            + " left out: "
            + why);
  }

  private TreeException failure(Path path, IOException cause) {
    String text = cause.getMessage();
    String why =
        cause instanceof NoSuchFileException
            ? "no such file or directory"
            : text == null ? cause.getClass().getSimpleName() : text;
    return new TreeException(
        "mount " + Quoted.of(tree.mount()) + ": " + Quoted.of(path.toString()) + ": " + why, cause);
  }

  @SuppressWarnings("unchecked") // the default file system's streams are secure on Linux
  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<?> secure) {
      return (SecureDirectoryStream<Path>) secure;
    }
    throw new IOException("the file system offers no openat(2)");
  }

  /// The last component as the file system spells it; only ASCII survives `toString` for certain.
  private static byte[] bytes(Path path) {
    return rawBytes(path.getFileName());
  }

  private static byte[] rawBytes(Path path) {
    String text = path.toString();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return decoded(path);
      }
    }
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// A file URI escapes every byte that is not plain ASCII, whatever the locale is. A relative path
  /// is made absolute by it, so the working directory's URI is cut off again.
  private static byte[] decoded(Path path) {
    String uri = path.toUri().getRawPath();
    if (!path.isAbsolute()) {
      String here = Path.of("").toUri().getRawPath();
      uri = uri.substring(here.length());
    }
    int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
    byte[] bytes = new byte[end];
    int n = 0;
    for (int i = 0; i < end; i++) {
      char c = uri.charAt(i);
      if (c == '%') {
        bytes[n++] = (byte) Integer.parseInt(uri, i + 1, i + 3, 16);
        i += 2;
      } else {
        bytes[n++] = (byte) c;
      }
    }
    return Arrays.copyOf(bytes, n);
  }

  private static byte[] joined(byte[] parent, byte[] child) {
    byte[] joined = Arrays.copyOf(parent, parent.length + 1 + child.length);
    joined[parent.length] = '/';
    System.arraycopy(child, 0, joined, parent.length + 1, child.length);
    return joined;
  }

  /// lstat(2): type and permission bits, owner, size.
  record Entry(int mode, long uid, long gid, long size) {
    static Entry of(Path path) throws IOException {
      Map<String, Object> all =
          Files.readAttributes(path, "unix:mode,uid,gid,size", LinkOption.NOFOLLOW_LINKS);
      return new Entry(number(all, "mode"), id(all, "uid"), id(all, "gid"), size(all));
    }

    private static int number(Map<String, Object> all, String key) {
      return all.get(key) instanceof Integer number ? number : 0;
    }

    private static long id(Map<String, Object> all, String key) {
      return Integer.toUnsignedLong(number(all, key));
    }

    private static long size(Map<String, Object> all) {
      return all.get("size") instanceof Long size ? size : 0;
    }

    boolean isDirectory() {
      return (mode & 0170000) == Cpio.DIRECTORY;
    }

    boolean isRegular() {
      return (mode & 0170000) == Cpio.REGULAR;
    }

    boolean isLink() {
      return (mode & 0170000) == Cpio.SYMLINK;
    }
  }

  /// Already names the mount and the file.
  private static final class TreeException extends IOException {
    private static final long serialVersionUID = 1;

    TreeException(String message, IOException cause) {
      super(message, cause);
    }
  }
}
