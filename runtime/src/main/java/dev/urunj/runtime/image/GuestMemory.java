package dev.urunj.runtime.image;

import org.jspecify.annotations.Nullable;

/// Sizes of a guest's memory, in MiB of 1048576 bytes.
public final class GuestMemory {
  /// No guest of ours boots with less than 32 MiB.
  public static final int SMALLEST_MIB = 32;

  /// More than a monitor can give, 16 TiB.
  public static final int LARGEST_MIB = 16 << 20;

  /// The range, for messages.
  public static final String RANGE = SMALLEST_MIB + " MiB to " + (LARGEST_MIB >> 20) + " TiB";

  private static final long MIB = 1 << 20;
  private static final int MOST_DIGITS = 18; // always fits a long

  private GuestMemory() {}

  /// Whole MiB in `bytes`, rounded down, because a guest must never get more than its limit. Zero
  /// when that is not a size a guest can have ([#RANGE]).
  public static int wholeMib(long bytes) {
    long mib = bytes / MIB;
    return mib < SMALLEST_MIB || mib > LARGEST_MIB ? 0 : (int) mib;
  }

  /// MiB of a size as people write it: digits and a unit. No unit and `Mi` are MiB, `Gi` is GiB,
  /// `M` and `G` are millions and billions of bytes, `B` is bytes; what is no whole MiB is rounded
  /// down.
  ///
  /// @return null when it is no such size or out of [#RANGE]
  static @Nullable Integer parseMib(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    long unit = unit(text.substring(digits));
    if (digits == 0 || digits > MOST_DIGITS || unit == 0) {
      return null;
    }
    long count = Long.parseLong(text.substring(0, digits));
    if (count > LARGEST_MIB * MIB / unit) {
      return null;
    }
    int mib = wholeMib(count * unit);
    return mib == 0 ? null : mib;
  }

  private static long unit(String suffix) {
    return switch (suffix) {
      case "", "Mi" -> MIB;
      case "Gi" -> MIB << 10;
      case "M" -> 1_000_000;
      case "G" -> 1_000_000_000;
      case "B" -> 1;
      default -> 0;
    };
  }
}
