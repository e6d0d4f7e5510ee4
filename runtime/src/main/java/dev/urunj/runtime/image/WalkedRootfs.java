package dev.urunj.runtime.image;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;

/// A root file system that is walked one component at a time, as path_resolution(7) describes it
/// for a process whose root was changed: absolute links start at this root, `..` of the root is the
/// root, and at most 40 links are followed. The result cannot lie outside, because the walk only
/// ever appends one name that is not a link, or removes one.
///
/// Looking and opening are two steps here, and a program that could change the files in between
/// would win. No program can: the files are looked at while the container is being created, before
/// anything of the image runs, and the rootfs can be written only by the caller, who is root and
/// could name any other rootfs just as well. Only a rootfs that another, running container shares
/// would need `openat2` with `RESOLVE_IN_ROOT`; OCI callers give every container its own.
final class WalkedRootfs implements RootfsFiles {
  private static final int LINK_LIMIT = 40; // MAXSYMLINKS, include/linux/namei.h

  private final Path rootfs;

  private WalkedRootfs(Path rootfs) {
    this.rootfs = rootfs;
  }

  /// The files of one root file system. Nothing is looked at yet.
  ///
  /// @param rootfs the directory on the host; may itself be reached through links, and may be
  ///   missing: then every file is absent
  static WalkedRootfs at(Path rootfs) {
    return new WalkedRootfs(rootfs);
  }

  @Override
  public Lookup regularFile(String path) throws IOException {
    if (path.indexOf('\0') >= 0) {
      return new Unusable("has a NUL in its name");
    }
    Path root;
    try {
      root = rootfs.toRealPath();
    } catch (NoSuchFileException e) {
      return new Absent();
    }
    try {
      return new Walk(root).to(Path.of(path));
    } catch (NoSuchFileException e) {
      return new Absent();
    } catch (FileSystemException e) {
      return new Unusable("cannot be reached: " + e.getReason());
    }
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /// One walk through the tree. `here` is always the root or below it, and never a link.
  private static final class Walk {
    private final Path root;
    private final Deque<Path> names = new ArrayDeque<>(); // still to go
    private Path here;
    private int links;

    Walk(Path root) {
      this.root = root;
      this.here = root;
    }

    Lookup to(Path path) throws IOException {
      ahead(path);
      while (!names.isEmpty()) {
        Path name = names.pop();
        switch (name.toString()) {
          case "", "." -> {}
          case ".." -> here = here.equals(root) ? root : parent();
          default -> {
            Path next = here.resolve(name);
            BasicFileAttributes attributes = attributes(next);
            if (attributes.isSymbolicLink()) {
              if (++links > LINK_LIMIT) {
                return new Unusable("is behind more than " + LINK_LIMIT + " symbolic links");
              }
              follow(Files.readSymbolicLink(next));
            } else if (!names.isEmpty() && !attributes.isDirectory()) {
              return new Unusable("is below a file that is not a directory");
            } else {
              here = next;
            }
          }
        }
      }
      return arrived();
    }

    private Lookup arrived() throws IOException {
      BasicFileAttributes attributes = attributes(here);
      if (attributes.isDirectory()) {
        return new Unusable("is a directory");
      }
      if (!attributes.isRegularFile()) {
        return new Unusable("is a FIFO, socket or device");
      }
      return new ResolvedFile("/" + root.relativize(here), here, attributes.size());
    }

    private void follow(Path target) {
      if (target.isAbsolute()) {
        here = root;
      }
      ahead(target);
    }

    private void ahead(Path path) {
      for (int i = path.getNameCount() - 1; i >= 0; i--) {
        names.push(path.getName(i));
      }
    }

    private Path parent() {
      Path parent = here.getParent();
      return parent == null ? root : parent;
    }
  }
}
