package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.oci.BadInputException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A limit of memory, as the flags of runc's `update` have it.
public final class MemorySize {
  private static final String UNITS = "bkmgtp";
  private static final int MOST_DIGITS = 15;

  private final String text;
  private final long bytes;

  private MemorySize(String text, long bytes) {
    this.text = text;
    this.bytes = bytes;
  }

  /// Reads a size: bytes, or with a unit of 1024 as `64m`, `1g`, `1GiB`; -1 means no limit, and 0
  /// leaves the limit as it is.
  ///
  /// @return null when the text is no size as runc takes them
  public static @Nullable MemorySize parse(String size) {
    String text = size.toLowerCase(Locale.ROOT).strip();
    if (text.equals("-1")) {
      return new MemorySize(text, -1);
    }
    int digits = 0;
    while (digits < text.length() && isDigit(text.charAt(digits))) {
      digits++;
    }
    int unit = digits < text.length() ? UNITS.indexOf(text.charAt(digits)) : 0;
    String rest = digits < text.length() ? text.substring(digits + 1) : "";
    boolean known = rest.isEmpty() || rest.equals("b") || rest.equals("ib");
    if (digits == 0 || digits > MOST_DIGITS || unit < 0 || !known) {
      return null;
    }
    long count = Long.parseLong(text.substring(0, digits));
    return count > Long.MAX_VALUE >> (10 * unit)
        ? null
        : new MemorySize(text, count << (10 * unit));
  }

  /// What the low-level runtime is given for a guest's limit.
  ///
  /// @param overhead bytes that the monitor takes itself
  String withOverhead(long overhead) throws ContainerException {
    if (bytes <= 0) {
      return text;
    }
    if (bytes > Long.MAX_VALUE - overhead) {
      throw new ContainerException(
          FailureKind.BAD_INPUT,
          BadInputException.quote(text) + " is larger than any limit of memory");
    }
    return Long.toString(bytes + overhead);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
