package dev.urunj.runtime.oci;

/// The name of a container, safe as the name of a directory. Exactly what runc 1.1 accepts: letters
/// and digits of ASCII, `_`, `+`, `-` and `.`; not `.` or `..`; at most 1024 characters.
public final class ContainerId {
  private static final int LIMIT = 1024;
  private static final String EXPECTED =
      "1 to " + LIMIT + " characters of A-Z a-z 0-9 _ + - . and not \".\" or \"..\"";

  private final String value;

  private ContainerId(String value) {
    this.value = value;
  }

  /// Checks `value`; the messages begin as runc's do.
  public static ContainerId of(String value) throws BadInputException {
    if (value.isEmpty()) {
      throw new BadInputException("", "", "container id cannot be empty", EXPECTED);
    }
    if (!isValid(value)) {
      throw new BadInputException(
          "", "", "invalid container ID format: " + BadInputException.quote(value), EXPECTED);
    }
    return new ContainerId(value);
  }

  /// Whether `value` is the name of a container.
  public static boolean isValid(String value) {
    return !value.isEmpty()
        && value.length() <= LIMIT
        && !value.equals(".")
        && !value.equals("..")
        && isClean(value);
  }

  /// The name itself.
  public String value() {
    return value;
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean isClean(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (!isAllowed(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '+'
        || c == '-'
        || c == '.';
  }
}
