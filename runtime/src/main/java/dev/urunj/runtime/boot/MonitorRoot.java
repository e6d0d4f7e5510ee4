package dev.urunj.runtime.boot;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.urunj.runtime.monitor.MonitorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// The monitor's root directory: links, and a place for each mount.
///
/// The low-level runtime would make the places itself, with the umask of the caller of `create`.
/// The monitor runs as the image's user, who must get through them, so they have their permissions
/// from here. The umask itself stays the caller's, because hooks inherit it.
final class MonitorRoot {
  private static final String DIRECTORY = "rwxr-xr-x";

  private final Path root;

  private MonitorRoot(Path root) {
    this.root = root;
  }

  /// Makes it.
  ///
  /// @param root made here, in a directory that exists
  /// @param mounts as in `config.json`
  static void make(Path root, List<MonitorFile> files, JsonArray mounts) throws IOException {
    MonitorRoot made = new MonitorRoot(root);
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      directory(root);
    }
    for (MonitorFile file : files) {
      if (file instanceof MonitorFile.Link(String path, String target)) {
        Files.createSymbolicLink(root.resolve(path.substring(1)), Path.of(target));
      }
    }
    for (JsonElement mount : mounts) {
      made.place(mount.getAsJsonObject());
    }
  }

  /// Nothing is made behind a link, which may lead out of here.
  private void place(JsonObject mount) throws IOException {
    String destination = mount.get("destination").getAsString();
    boolean isFile =
        mount.get("type").getAsString().equals("bind")
            && !Files.isDirectory(Path.of(mount.get("source").getAsString()));
    Path relative = Path.of(destination.substring(1)).normalize();
    Path place = root;
    for (int i = 0; i < relative.getNameCount(); i++) {
      place = place.resolve(relative.getName(i));
      if (Files.isSymbolicLink(place)) {
        return;
      }
      boolean isLast = i == relative.getNameCount() - 1;
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        if (isLast && isFile) {
          Files.createFile(place);
        } else {
          directory(place);
        }
      }
    }
  }

  private static void directory(Path path) throws IOException {
    Files.createDirectory(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(DIRECTORY));
  }
}
