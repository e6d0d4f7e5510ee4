package dev.urunj.runtime.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The initrd a guest boots: the image's own, byte for byte and compressed or not, with an archive
/// of ours behind it. The kernel unpacks both, the later one wins
/// (Documentation/driver-api/early-userspace/buffer-format.rst).
///
/// Directories that must exist above the files but are not in the list go into an archive *before*
/// the image's: there they are made 0755 where nothing else makes them, and the image's own entry
/// still decides their mode and owner. Behind the image's they would overwrite those (/tmp would
/// lose its 1777) and replace a symbolic link such as /var/run.
public final class Initrd {
  private static final int ENTRIES = 100_000;

  private Initrd() {}

  /// Writes the whole initrd; the stream stays open.
  ///
  /// @param image the image's initrd, or null
  /// @param limitBytes what our files may take together, see [BootPlan#fileLimitBytes()]
  /// @return what was left out, one line each: sockets, pipes, devices
  /// @throws IOException one line that names the mount, when its files do not fit or cannot be read
  public static List<String> write(
      OutputStream out, @Nullable Path image, List<GuestFile> files, long limitBytes)
      throws IOException {
    List<String> notes = new ArrayList<>();
    long offset = writeParents(out, parents(files), limitBytes);
    if (image != null) {
      offset += copy(image, out);
      // An archive begins at a multiple of 4. LZ4 and XZ read on behind their end and stop at
      // zeros.
      out.write(new byte[8], 0, (int) (4 + (-offset & 3)));
    }
    if (files.isEmpty()) {
      return notes;
    }
    Cpio archive = new Cpio(out, limitBytes, ENTRIES);
    for (GuestFile file : files) {
      if (file instanceof GuestFile.Bytes f) {
        archive.file(f.path(), f.mode(), f.uid(), f.gid(), f.content());
      } else if (file instanceof GuestFile.Directory f) {
        archive.directory(f.path(), f.mode(), f.uid(), f.gid());
      } else if (file instanceof GuestFile.Link f) {
        archive.symlink(Cpio.name(f.path()), f.target().getBytes(StandardCharsets.UTF_8), 0, 0);
      } else {
        new TreeCopy(archive, (GuestFile.Tree) file, notes).copy();
      }
    }
    archive.trailer();
    return notes;
  }

  private static long writeParents(OutputStream out, List<String> parents, long limitBytes)
      throws IOException {
    if (parents.isEmpty()) {
      return 0;
    }
    Cpio archive = new Cpio(out, limitBytes, ENTRIES);
    for (String parent : parents) {
      archive.directory(parent, 0755, 0, 0);
    }
    archive.trailer();
    return archive.written();
  }

  /// What is above the files and not itself in the list, each before what it holds.
  private static List<String> parents(List<GuestFile> files) {
    List<String> known = new ArrayList<>();
    for (GuestFile file : files) {
      known.add(file.path());
    }
    int given = known.size();
    for (int i = 0; i < given; i++) {
      String path = known.get(i);
      for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
        String parent = path.substring(0, slash);
        if (!known.contains(parent)) {
          known.add(parent);
        }
      }
    }
    return known.subList(given, known.size());
  }

  private static long copy(Path image, OutputStream out) throws IOException {
    long copied = 0;
    byte[] buffer = new byte[128 * 1024];
    try (InputStream in = Files.newInputStream(image)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        copied += n;
      }
    }
    return copied;
  }
}
