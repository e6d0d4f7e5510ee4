package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileReader;
import dev.urunj.linux.file.FoundFile;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What shows of a directory that is updated as the kubelet does it with ConfigMaps, Secrets and
/// projected volumes: `..data` is a link to a directory beside it, each file's name is a link into
/// `..data`. An update writes another directory, renames a new link over `..data`, makes and
/// removes names, and removes the old directory (Kubernetes, pkg/volume/util/atomic_writer.go). So
/// a copy is one version if all of this is equal before and after it.
///
/// Names are kept byte by byte, as ISO 8859-1 reads them.
///
/// @param version what `..data` leads to; null without such a link
/// @param names what is in the directory, without what begins with two dots
/// @param files what is in the version's directory, null when there is none
record VersionedTree(@Nullable String version, Set<String> names, @Nullable Set<String> files) {
  /// A directory without versions.
  static final VersionedTree NONE = new VersionedTree(null, Set.of(), null);

  private static final String DATA = "..data";
  static final int ENTRIES = 100_000;

  /// Looks at a directory; treats what cannot be read as absent.
  static VersionedTree of(FoundFile directory, FileReader reader) {
    String version = version(directory);
    if (version == null) {
      return NONE;
    }
    Set<String> names = names(directory, reader);
    Set<String> files = null;
    try (FoundFile current = directory.child(version.getBytes(StandardCharsets.ISO_8859_1))) {
      files = names(current, reader);
    } catch (ErrnoException _) {
      // removed, because there is a newer one
    }
    return new VersionedTree(version, names == null ? Set.of() : visible(names), files);
  }

  private static @Nullable String version(FoundFile directory) {
    try (FoundFile link = directory.child(DATA.getBytes(StandardCharsets.US_ASCII))) {
      if (!link.status().isSymbolicLink()) {
        return null;
      }
      String target = new String(link.linkTarget(), StandardCharsets.ISO_8859_1);
      return target.startsWith("..") && target.indexOf('/') < 0 ? target : null;
    } catch (ErrnoException _) {
      return null;
    }
  }

  private static @Nullable Set<String> names(FoundFile directory, FileReader reader) {
    if (!directory.status().isDirectory()) {
      return null;
    }
    try (Fd open = directory.open()) {
      List<byte[]> list = reader.names(open, ENTRIES);
      Set<String> names = new TreeSet<>();
      if (list != null) {
        for (byte[] name : list) {
          names.add(new String(name, StandardCharsets.ISO_8859_1));
        }
      }
      return names;
    } catch (ErrnoException _) {
      return null;
    }
  }

  private static Set<String> visible(Set<String> names) {
    Iterator<String> each = names.iterator();
    while (each.hasNext()) {
      if (each.next().startsWith("..")) {
        each.remove();
      }
    }
    return names;
  }

  /// Whether nothing has changed between two looks. In place of `equals`, which a record makes of
  /// classes that are loaded for it.
  boolean isStill(VersionedTree before) {
    return Objects.equals(version, before.version)
        && names.equals(before.names)
        && Objects.equals(files, before.files);
  }

  boolean hasVersions() {
    return version != null;
  }

  /// Whether each file has its name and each name its file: no program is about to make or remove
  /// one.
  boolean isWhole() {
    return names.equals(files);
  }

  /// Whether a name is that of the link, which is copied as it was seen, because it may lead to
  /// another version for a moment, and back.
  boolean isLink(byte[] name) {
    return version != null && new String(name, StandardCharsets.ISO_8859_1).equals(DATA);
  }

  /// What the link leads to; nothing without one.
  byte[] target() {
    return version == null ? new byte[0] : version.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Whether a name is of another version than this, or on the way to become one.
  boolean isStale(byte[] name) {
    if (version == null || name.length < 3 || name[0] != '.' || name[1] != '.') {
      return false;
    }
    String text = new String(name, StandardCharsets.ISO_8859_1);
    return !text.equals(DATA) && !text.equals(version);
  }
}
