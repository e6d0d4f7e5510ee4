package dev.urunj.runtime.state;

import java.time.Instant;

/// Points in time as text, `2026-11-21T04:07:00.519672728Z`, as every log and state of this field
/// has them. By hand, because `Instant.toString` costs a cold JVM 6 ms.
public final class Rfc3339 {
  private static final int SECONDS_A_DAY = 86_400;
  private static final int DAYS_FROM_MARCH_0_TO_EPOCH = 719_468;
  private static final int DAYS_AN_ERA = 146_097; // 400 Gregorian years

  private Rfc3339() {}

  /// UTC, nine digits of nanoseconds.
  public static String format(Instant instant) {
    long days = Math.floorDiv(instant.getEpochSecond(), SECONDS_A_DAY);
    int second = Math.floorMod(instant.getEpochSecond(), SECONDS_A_DAY);
    StringBuilder text = new StringBuilder(30);
    appendDate(text, days);
    append(text.append('T'), second / 3600, 2);
    append(text.append(':'), second / 60 % 60, 2);
    append(text.append(':'), second % 60, 2);
    append(text.append('.'), instant.getNano(), 9);
    return text.append('Z').toString();
  }

  /// Counts years from March, so that the leap day is a year's last.
  private static void appendDate(StringBuilder text, long daysSinceEpoch) {
    long days = daysSinceEpoch + DAYS_FROM_MARCH_0_TO_EPOCH;
    long era = Math.floorDiv(days, DAYS_AN_ERA);
    int day = Math.floorMod(days, DAYS_AN_ERA);
    int year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    int dayOfYear = day - (365 * year + year / 4 - year / 100);
    int monthFromMarch = (5 * dayOfYear + 2) / 153;
    int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    append(text, (int) (era * 400 + year + (month <= 2 ? 1 : 0)), 4);
    append(text.append('-'), month, 2);
    append(text.append('-'), dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2);
  }

  private static void append(StringBuilder text, int value, int width) {
    String digits = Integer.toString(value);
    for (int i = digits.length(); i < width; i++) {
      text.append('0');
    }
    text.append(digits);
  }
}
