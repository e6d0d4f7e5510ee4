package dev.urunj.runtime.image;

import java.io.IOException;
import java.nio.file.Path;

/// Finds files in a container's root file system the way a process inside it would, and never
/// outside it.
public interface RootfsFiles {
  /// The regular file that `path` names, every symbolic link on the way followed inside the root.
  ///
  /// @param path as seen from inside; taken from the root whether it begins with `/` or not
  /// @throws IOException when the root file system itself cannot be read
  Lookup regularFile(String path) throws IOException;

  /// The answer of a look-up.
  sealed interface Lookup {}

  /// A regular file, possibly an empty one.
  ///
  /// @param path the absolute path inside the root, without links, `.` and `..`
  /// @param host the same file as the host sees it; no component of it below the root file system
  ///   is a symbolic link
  /// @param size in bytes, when it was found
  record ResolvedFile(String path, Path host, long size) implements Lookup {}

  /// Nothing is there.
  record Absent() implements Lookup {}

  /// Something is there that is not a file one can use.
  ///
  /// @param problem what it is, such as `is a directory`
  record Unusable(String problem) implements Lookup {}
}
