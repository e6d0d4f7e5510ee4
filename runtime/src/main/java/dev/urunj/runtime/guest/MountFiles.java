package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.file.FoundFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The mounts of a guest: bind mounts whose content can travel there as files, which are regular
/// files and directory trees, and file systems in memory. With this in hand, start does not look at
/// the files of the host again, which may take any time.
///
/// @param mounts the bind mounts in the specification's order, destinations clean
/// @param order all of them, in the specification's order
/// @param notes what was left out and why, one line each
/// @param hosts the content of what is mounted on /etc/hosts; null where nothing is, or no text
@SuppressWarnings("ArrayRecordComponent") // read once, compared never
public record MountFiles(
    List<BindMount> mounts, List<GuestMount> order, List<String> notes, byte @Nullable [] hosts) {
  /// No mounts.
  public static final MountFiles NONE = new MountFiles(List.of(), List.of(), List.of(), null);

  /// What the records of our init have room for.
  private static final int OPTION_BYTES = 300;

  /// The files of a list of mounts.
  ///
  /// @throws IOException when a source does not exist or a destination is no path below `/`
  public static MountFiles of(List<? extends GuestMount> all, CopyProgress progress)
      throws IOException {
    byte[] hosts = null;
    List<BindMount> mounts = new ArrayList<>();
    List<GuestMount> order = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (GuestMount mount : all) {
      if (mount instanceof BindMount bind) {
        int before = mounts.size();
        addBind(bind, mounts, notes, progress);
        for (BindMount added : mounts.subList(before, mounts.size())) {
          order.add(added);
          hosts = added.destination().equals(Hosts.PATH) ? Hosts.read(added.source()) : hosts;
        }
      } else {
        addTmpfs((TmpfsMount) mount, order, notes);
      }
    }
    return new MountFiles(mounts, order, notes, hosts);
  }

  private static void addTmpfs(TmpfsMount mount, List<GuestMount> order, List<String> notes)
      throws IOException {
    String destination = clean(mount.destination());
    String data = mount.options().data();
    if (isBelow(destination, "/proc") || isBelow(destination, "/sys")) {
      notes.add("mount " + Quoted.of(destination) + " left out: the guest has its own");
    } else if (isBelow(destination, "/.urunj")) {
      throw new IOException("mount " + Quoted.of(destination) + ": expected none at /.urunj");
    } else if (data.indexOf(' ') >= 0 || data.length() > OPTION_BYTES) {
      throw new IOException(
          "mount "
              + Quoted.of(destination)
              + ": options "
              + Quoted.of(data)
              + ": expected no blanks and at most "
              + OPTION_BYTES
              + " characters");
    } else {
      order.add(new TmpfsMount(destination, mount.options()));
    }
  }

  private static void addBind(
      BindMount mount, List<BindMount> mounts, List<String> notes, CopyProgress progress)
      throws IOException {
    String destination = clean(mount.destination());
    String left = "mount " + Quoted.of(destination) + " left out: ";
    if (destination.equals("/dev/shm") || destination.equals("/dev/mqueue")) {
      return; // every engine binds the pod's own here, and a guest loses nothing without it
    }
    if (isBelow(destination, "/proc") || isBelow(destination, "/sys")) {
      notes.add(left + "the guest has its own");
    } else if (isBelow(destination, "/dev")) {
      notes.add(left + "devices of the host are not the guest's");
    } else if (isBelow(destination, "/.urunj")) {
      throw new IOException("mount " + Quoted.of(destination) + ": expected none at /.urunj");
    } else if (isFileOrDirectory(mount, destination, progress)) {
      mounts.add(new BindMount(mount.source(), destination, mount.flags()));
    } else {
      notes.add(left + "its source is not a regular file or directory");
    }
  }

  boolean has(String destination) {
    for (BindMount mount : mounts) {
      if (mount.destination().equals(destination)) {
        return true;
      }
    }
    return false;
  }

  /// Where the file is that will be seen at a path once all mounts are bound, before they are: the
  /// last mount on it or above it holds it, or else the image.
  ///
  /// @param stage the directory where mount n is staged as `stage/n`
  String staged(String stage, String path) {
    for (int i = mounts.size() - 1; i >= 0; i--) {
      String destination = mounts.get(i).destination();
      if (isBelow(path, destination)) {
        return stage + "/" + i + path.substring(destination.length());
      }
    }
    return path;
  }

  private static boolean isFileOrDirectory(
      BindMount mount, String destination, CopyProgress progress) throws IOException {
    progress.at(destination, mount.source().toString());
    try (FoundFile source = FoundFile.of(mount.source())) {
      return source.status().isRegular() || source.status().isDirectory();
    } catch (ErrnoException e) {
      throw new IOException(
          "mount "
              + Quoted.of(destination)
              + ": source "
              + Quoted.of(mount.source().toString())
              + (e.errno() == Errno.ENOENT
                  ? " does not exist"
                  : ": " + Errno.description(e.errno())),
          e);
    }
  }

  private static boolean isBelow(String path, String directory) {
    return path.startsWith(directory)
        && (path.length() == directory.length() || path.charAt(directory.length()) == '/');
  }

  /// Lexically clean and absolute, as runc makes it: `..` stops at the root.
  static String clean(String destination) throws IOException {
    List<String> parts = new ArrayList<>();
    for (int at = 0; at <= destination.length(); ) {
      int end = destination.indexOf('/', at);
      end = end < 0 ? destination.length() : end;
      String part = destination.substring(at, end);
      at = end + 1;
      if (part.equals("..")) {
        if (!parts.isEmpty()) {
          parts.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    String clean = "/" + String.join("/", parts);
    Cpio.name(clean); // says what is wrong with it
    return clean;
  }
}
