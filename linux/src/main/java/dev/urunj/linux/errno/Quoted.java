package dev.urunj.linux.errno;

/// Text of unknown origin as it may stand in a message: in double quotes, control characters and
/// what changes the direction of writing escaped, at most 80 characters of it.
public final class Quoted {
  private static final int LIMIT = 80;
  private static final int LINE_LIMIT = 200;

  private Quoted() {}

  /// `a"b` → `"a\"b"`. Of a longer text the first and the last 39 characters are shown, because the
  /// end of a path tells more than its middle.
  public static String of(String text) {
    StringBuilder quoted = new StringBuilder(Math.min(text.length(), LIMIT) + 2).append('"');
    if (text.length() <= LIMIT) {
      escape(text, 0, text.length(), quoted);
    } else {
      escape(text, 0, 39, quoted);
      quoted.append("...");
      escape(text, text.length() - 39, text.length(), quoted);
    }
    return quoted.append('"').toString();
  }

  /// A line that another program wrote, without quotes around it: escaped as in [#of(String)], and
  /// cut after 200 characters.
  public static String line(String text) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), LINE_LIMIT));
    escape(text, 0, Math.min(text.length(), LINE_LIMIT), line);
    return text.length() > LINE_LIMIT ? line.append("...").toString() : line.toString();
  }

  private static void escape(String text, int from, int to, StringBuilder quoted) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c == '\n') {
        quoted.append("\\n");
      } else if (isHarmful(c)) {
        quoted.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          quoted.append(Character.forDigit(c >> shift & 0xf, 16));
        }
      } else {
        quoted.append(c);
      }
    }
  }

  private static boolean isHarmful(char c) {
    if (c < 0x7f) {
      return c < ' ';
    }
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
