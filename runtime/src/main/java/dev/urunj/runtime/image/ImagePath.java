package dev.urunj.runtime.image;

import dev.urunj.runtime.oci.BadInputException;

/// Paths that an image names. They end up as elements of a monitor's argument vector, where QEMU
/// gives commas a meaning and a leading dash is an option, so only plain characters are let
/// through.
final class ImagePath {
  private static final int LIMIT = 4096; // PATH_MAX, include/uapi/linux/limits.h
  private static final String EXPECTED =
      "a path of A-Z a-z 0-9 . _ / - without \"..\" and without a leading dash, at most "
          + LIMIT
          + " characters";

  private ImagePath() {}

  /// The path at `key`; empty when there is none.
  ///
  /// @throws BadInputException when it has other characters, a component `..`, a leading dash or
  ///   more than 4096 characters
  static String read(ImageKeys keys, String key) throws BadInputException {
    String path = keys.value(key);
    if (path.length() > LIMIT || path.startsWith("-") || !isPlain(path) || climbs(path)) {
      throw keys.bad(key, "is " + BadInputException.quote(path), EXPECTED);
    }
    return path;
  }

  private static boolean isPlain(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && c != '.' && c != '_' && c != '/' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean climbs(String path) {
    return path.equals("..")
        || path.startsWith("../")
        || path.endsWith("/..")
        || path.contains("/../");
  }
}
