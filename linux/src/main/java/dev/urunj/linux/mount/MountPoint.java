package dev.urunj.linux.mount;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A mount in a mount namespace, a line of `/proc/PID/mountinfo`; proc(5).
///
/// @param path where it is
/// @param type of the file system: `tmpfs`, or `nsfs` for a namespace
/// @param root what of that file system is there: `/`, a directory, or `net:[4026531840]`
public record MountPoint(Path path, String type, String root) {
  /// The mounts strictly below a directory, the newest first, so that they can be taken off in this
  /// order. Pure Java.
  ///
  /// @param directory absolute, without symbolic links
  /// @param process in whose mount namespace, by its directory in /proc, for example `/proc/self`
  public static List<MountPoint> below(Path directory, Path process) throws IOException {
    String table;
    try (FileInputStream in = new FileInputStream(process.resolve("mountinfo").toFile())) {
      table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return below(directory, table);
  }

  static List<MountPoint> below(Path directory, String table) {
    List<MountPoint> found = new ArrayList<>();
    for (String line : table.split("\n")) {
      MountPoint mount = parse(line);
      if (mount != null && mount.path.startsWith(directory) && !mount.path.equals(directory)) {
        found.add(mount);
      }
    }
    return found.reversed();
  }

  /// `36 35 98:0 ROOT PATH rw,noatime master:1 - TYPE SOURCE rw`.
  private static @Nullable MountPoint parse(String line) {
    String[] fields = line.split(" ");
    for (int i = 6; i + 1 < fields.length; i++) {
      if (fields[i].equals("-")) {
        return new MountPoint(Path.of(unescaped(fields[4])), fields[i + 1], unescaped(fields[3]));
      }
    }
    return null;
  }

  /// Blanks, tabs, newlines and backslashes stand there as three octal digits.
  private static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 3 < text.length()) {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
