package dev.urunj.runtime.guest;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileReader;
import dev.urunj.linux.file.FoundFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The initrd a guest boots: the image's own, byte for byte and compressed or not, with archives of
/// ours behind it. The kernel unpacks all of them, the later one wins
/// (Documentation/driver-api/early-userspace/buffer-format.rst).
///
/// It is written in two steps. The host's files come first, because copying them may take any time
/// and must not hold a lock. Files that depend on the guest's network come behind them.
///
/// Files in the midst of the image's own need the directories above them. We make only those that
/// are not there. An entry for an existing one would change its mode (/tmp would lose its 1777),
/// and would put a directory in the place of a link such as /var/run. [ImageTree] knows what is
/// there. Where the image is compressed so that it cannot be looked into, entries for all of them
/// follow, with names that spare links (see [TreeCopy#slashed]), and then the image once more,
/// whose own entries give its directories their modes again.
public final class Initrd {

  private static final int CHUNK = 64 * 1024;

  private final ArchiveOutput out;
  private final @Nullable Path image;
  private final Cpio archive;
  private final long memoryBytes;
  private final FileReader reader = new FileReader();
  private final Set<String> made = new LinkedHashSet<>();
  private @Nullable ImageTree tree;

  /// An initrd that is still empty.
  ///
  /// @param image the image's initrd, or null
  /// @param limitBytes what our files may take together, see [BootPlan#fileLimitBytes()]
  public Initrd(ArchiveOutput out, @Nullable Path image, long limitBytes) {
    this.out = out;
    this.image = image;
    this.archive = new Cpio(out, limitBytes, VersionedTree.ENTRIES);
    this.memoryBytes = 4 * limitBytes;
  }

  /// Begins: the image's initrd, and what of a list of files comes from the host.
  ///
  /// @param files all of the guest's, as far as they are known; others than trees and directories
  ///   are not written yet
  /// @return what was left out, one line each
  /// @throws IOException one line that names the mount, when its files do not fit
  public List<String> copy(List<GuestFile> files, CopyProgress progress) throws IOException {
    writeImage();
    writeParents(files, true);
    List<String> notes = new ArrayList<>();
    for (GuestFile file : files) {
      if (file instanceof GuestFile.Tree f) {
        makeTargetOfLink(f);
        CopyNotes left = new CopyNotes(f.mount());
        new TreeCopy(archive, f, left, progress, reader).copy();
        notes.addAll(left.lines());
      } else if (file instanceof GuestFile.Directory f) {
        make(f);
      }
    }
    archive.trailer();
    return notes;
  }

  /// Ends: what of a list of files does not come from the host. A file that was copied before is
  /// replaced by one of the same path.
  public void add(List<GuestFile> files) throws IOException {
    writeParents(files, false);
    for (GuestFile file : files) {
      if (file instanceof GuestFile.Bytes f) {
        archive.file(f.path(), f.mode(), f.uid(), f.gid(), f.content());
      } else if (file instanceof GuestFile.Link f) {
        archive.symlink(Cpio.name(f.path()), f.target().getBytes(StandardCharsets.UTF_8), 0, 0);
      } else if (file instanceof GuestFile.Directory f) {
        make(f);
      }
    }
    archive.trailer();
  }

  private void writeParents(List<GuestFile> files, boolean mayRepeat) throws IOException {
    Set<String> parents = parents(files);
    if (parents.isEmpty()) {
      return;
    }
    if (tree == null) {
      tree = image == null ? ImageTree.UNKNOWN : ImageTree.read(image, memoryBytes);
    }
    boolean repeat = image != null && !tree.isKnown() && mayRepeat;
    if (repeat) {
      parents.add("/etc"); // for resolv.conf, which comes later
    }
    for (String parent : parents) {
      make(tree.missing(parent));
    }
    if (repeat) {
      archive.trailer();
      writeImage();
    }
  }

  private void make(GuestFile.Directory directory) throws IOException {
    if (made.add(directory.path())) {
      archive.directory(directory.path(), directory.mode(), directory.uid(), directory.gid());
    }
  }

  private void make(List<String> directories) throws IOException {
    for (String path : directories) {
      if (made.add(path)) {
        archive.directory(
            TreeCopy.slashed(Cpio.name(path)), 0755, Cpio.SAME_OWNER, Cpio.SAME_OWNER);
      }
    }
  }

  /// The image may have a link in a mount's place that leads to nothing yet.
  private void makeTargetOfLink(GuestFile.Tree mount) throws IOException {
    List<String> missing =
        tree == null || !mount.inPlace() ? List.of() : tree.missing(mount.path());
    if (!missing.isEmpty() && !missing.getLast().equals(mount.path())) {
      make(missing);
    }
  }

  /// What is above the files and not itself in the list, each after what is above it.
  private static Set<String> parents(List<GuestFile> files) {
    Set<String> given = new LinkedHashSet<>();
    for (GuestFile file : files) {
      given.add(file.path());
    }
    Set<String> parents = new LinkedHashSet<>();
    for (String path : given) {
      for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
        String parent = path.substring(0, slash);
        if (!given.contains(parent)) {
          parents.add(parent);
        }
      }
    }
    return parents;
  }

  private void writeImage() throws IOException {
    if (image == null) {
      return;
    }
    byte[] buffer = new byte[CHUNK];
    try (FoundFile found = FoundFile.withoutLinks(image)) {
      if (!found.status().isRegular()) {
        throw new IOException(image + ": is no longer a regular file");
      }
      try (Fd open = found.open()) {
        for (int n = reader.read(open, buffer, 0, CHUNK);
            n > 0;
            n = reader.read(open, buffer, 0, CHUNK)) {
          out.write(buffer, 0, n);
        }
      }
    }
    // An archive begins at a multiple of 4. LZ4 and XZ read on behind their end and stop at zeros.
    out.write(new byte[8], 0, (int) (4 + (-out.position() & 3)));
  }
}
