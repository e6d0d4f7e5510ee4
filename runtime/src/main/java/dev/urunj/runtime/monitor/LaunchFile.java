package dev.urunj.runtime.monitor;

/// A file of a [Launch]. It lies in [#DIRECTORY] of the monitor's root, belongs to the monitor's
/// user, and is there before the monitor runs. Every start writes all of them anew.
///
/// @param name 1 to 64 letters, digits, `.`, `_` and `-`, the first no `.`
/// @param bytes its content; stays the caller's, who does not change it any more
/// @param mode permission bits, for example 0400 for what only the monitor may read
@SuppressWarnings("ArrayRecordComponent") // written once, compared never
public record LaunchFile(String name, byte[] bytes, int mode) {
  /// Where the files lie in the monitor's root, which is read-only for the monitor.
  public static final String DIRECTORY = "/launch.d";

  private static final int LONGEST = 64;
  private static final int ALL = 0777;

  /// Checks name and mode.
  ///
  /// @throws IllegalArgumentException when the name could lead elsewhere
  public LaunchFile {
    boolean right = !name.isEmpty() && name.length() <= LONGEST && name.charAt(0) != '.';
    for (int i = 0; right && i < name.length(); i++) {
      right = isPlain(name.charAt(i));
    }
    if (!right) {
      throw new IllegalArgumentException(
          "name of a launch file: expected 1 to 64 letters, digits, '.', '_' or '-', the first no"
              + " '.'");
    }
    if ((mode & ~ALL) != 0) {
      throw new IllegalArgumentException(
          "mode of the launch file " + name + ": expected permission bits");
    }
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
