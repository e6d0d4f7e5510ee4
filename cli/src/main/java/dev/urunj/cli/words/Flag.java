package dev.urunj.cli.words;

/// A flag of a command, as runc and urunc have it.
///
/// @param name the long name, without dashes
/// @param letter the short name, or 0
/// @param takesValue whether a value follows
record Flag(String name, char letter, boolean takesValue) {
  static Flag on(String name) {
    return new Flag(name, '\0', false);
  }

  static Flag on(String name, char letter) {
    return new Flag(name, letter, false);
  }

  public static Flag value(String name) {
    return new Flag(name, '\0', true);
  }

  public static Flag value(String name, char letter) {
    return new Flag(name, letter, true);
  }

  boolean isCalled(String word) {
    return word.equals(name) || (letter != '\0' && word.length() == 1 && word.charAt(0) == letter);
  }
}
