package dev.urunj.runtime.network.fixed;

import org.jspecify.annotations.Nullable;

/// The comment of our table of nf_tables: `urunj static 1 tap 7 forwards 3`.
///
/// @param tapIndex of the guest for which it was made
/// @param forwards index of the link at which forwarding was off before; 0 for none
record TableMark(int tapIndex, int forwards) {
  private static final String TAP = "urunj static 1 tap ";
  private static final String FORWARDS = " forwards ";

  String comment() {
    return TAP + tapIndex + FORWARDS + forwards;
  }

  /// The mark that a comment is; null when it is none.
  static @Nullable TableMark of(String comment) {
    int end = comment.indexOf(FORWARDS);
    if (!comment.startsWith(TAP) || end < TAP.length()) {
      return null;
    }
    try {
      int tap = Integer.parseInt(comment.substring(TAP.length(), end));
      int forwards = Integer.parseInt(comment.substring(end + FORWARDS.length()));
      return tap > 0 && forwards >= 0 ? new TableMark(tap, forwards) : null;
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
