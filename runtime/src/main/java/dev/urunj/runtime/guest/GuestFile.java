package dev.urunj.runtime.guest;

import java.nio.file.Path;

/// A file that is added to what the guest unpacks as its root. `path` is absolute in the guest,
/// without `.`, `..` or empty components; `mode` holds the permission bits, ids are the guest's.
public sealed interface GuestFile {
  String path();

  /// A regular file with these bytes; the array is not copied.
  @SuppressWarnings("ArrayRecordComponent") // written once, compared never
  record Bytes(String path, int mode, long uid, long gid, byte[] content) implements GuestFile {}

  /// A directory.
  record Directory(String path, int mode, long uid, long gid) implements GuestFile {}

  /// A symbolic link, kept as the text it is.
  record Link(String path, String target) implements GuestFile {}

  /// A regular file of the host, or a whole directory, with the host's modes and owners. Read while
  /// it is written: symbolic links below `source` stay symbolic links and none is ever followed.
  ///
  /// @param mount what errors and notes call it, the destination of the mount
  /// @param inPlace whether `path` is in the midst of the image's own files: a link that the image
  ///   has there is followed, as mount(2) does
  record Tree(String path, Path source, String mount, boolean inPlace) implements GuestFile {}
}
