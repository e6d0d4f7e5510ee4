package dev.urunj.runtime.guest;

/// Untrusted text inside an error line: in double quotes, control characters escaped, cut at 80.
final class Quoted {
  private static final int LIMIT = 80;
  private static final String HEX = "0123456789abcdef";

  private Quoted() {}

  static String of(String text) {
    StringBuilder quoted = new StringBuilder(LIMIT + 8).append('"');
    int end = Math.min(text.length(), LIMIT);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
        quoted.append("\\u").append(HEX.charAt(c >> 12)).append(HEX.charAt((c >> 8) & 15));
        quoted.append(HEX.charAt((c >> 4) & 15)).append(HEX.charAt(c & 15));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append(end < text.length() ? "…\"" : "\"").toString();
  }
}
