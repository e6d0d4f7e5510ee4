package dev.urunj.runtime.oci;

import dev.urunj.runtime.failure.Failure;
import dev.urunj.runtime.failure.FailureKind;
import java.io.IOException;

/// A user, a caller or an image wrote something wrong. The message is one line, `WHERE: KEY:
/// PROBLEM; expected EXPECTED`, and safe to print, because control characters of all parts are
/// escaped, so a hostile file name or key cannot move the cursor or forge a second log line.
public final class BadInputException extends IOException implements Failure {
  private static final int QUOTE_LIMIT = 80;
  private static final int KEY_LIMIT = 160;

  /// An exception with the one line that the four parts make.
  ///
  /// @param where the file, command or variable; left out of the message when empty
  /// @param key the key, or the place, in it, which may hold names of the file itself: what is
  ///   longer than 160 characters (after escaping) is cut; left out of the message when empty
  /// @param problem what is wrong; foreign values in it belong through [#quote(String)]
  /// @param expected what would have been right
  public BadInputException(String where, String key, String problem, String expected) {
    super(escape(line(where, key, problem, expected)));
  }

  /// As the other constructor, with the failure that showed the problem as cause.
  public BadInputException(
      String where, String key, String problem, String expected, Throwable cause) {
    super(escape(line(where, key, problem, expected)), cause);
  }

  @Override
  public FailureKind kind() {
    return FailureKind.BAD_INPUT;
  }

  /// `value` between double quotes, with quotes, backslashes and control characters escaped. What
  /// is longer than 80 characters (after escaping) is cut and its length said.
  public static String quote(String value) {
    StringBuilder out = new StringBuilder().append('"');
    for (int at = 0; at < value.length(); ) {
      int point = value.codePointAt(at);
      String shown = point == '"' || point == '\\' ? "\\" + (char) point : shown(point);
      if (out.length() - 1 + shown.length() > QUOTE_LIMIT) {
        return out.append("\"... (").append(value.length()).append(" characters)").toString();
      }
      out.append(shown);
      at += Character.charCount(point);
    }
    return out.append('"').toString();
  }

  /// A text of any origin in one line that is safe to print.
  public static String oneLine(String text) {
    return escape(text);
  }

  private static String line(String where, String key, String problem, String expected) {
    return prefix(where) + prefix(shortened(key)) + problem + "; expected " + expected;
  }

  private static String shortened(String key) {
    if (key.length() <= KEY_LIMIT / 8) {
      return key; // however much of it has to be escaped
    }
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < key.length(); ) {
      String shown = shown(key.codePointAt(at));
      if (out.length() + shown.length() > KEY_LIMIT) {
        return out.append("...").toString();
      }
      out.append(shown);
      at += Character.charCount(key.codePointAt(at));
    }
    return out.toString();
  }

  private static String prefix(String part) {
    return part.isEmpty() ? "" : part + ": ";
  }

  private static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      out.append(shown(point));
      at += Character.charCount(point);
    }
    return out.toString();
  }

  /// Escapes what a terminal or a log reader does not show as a character of its own: controls,
  /// line separators, direction marks, halves of surrogate pairs.
  private static String shown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          escaped(point);
      default -> Character.toString(point);
    };
  }

  private static String escaped(int point) {
    return switch (point) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> {
        String digits = Integer.toHexString(point);
        yield "\\u" + "0".repeat(Math.max(0, 4 - digits.length())) + digits;
      }
    };
  }
}
