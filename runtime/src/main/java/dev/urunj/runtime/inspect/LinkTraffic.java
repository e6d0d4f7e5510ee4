package dev.urunj.runtime.inspect;

import org.jspecify.annotations.Nullable;

/// What a link has received and sent since it was made; a line of `/proc/net/dev`, proc_pid_net(5):
///
/// ```
///   eth0: BYTES PACKETS errs DROPPED fifo frame compressed multicast BYTES PACKETS errs DROPPED ...
/// ```
///
/// A TAP receives what its guest sends.
public record LinkTraffic(
    long receivedPackets,
    long receivedBytes,
    long receivedDropped,
    long sentPackets,
    long sentBytes,
    long sentDropped) {
  private static final int NUMBERS = 12;

  /// Finds a link's line in the table.
  ///
  /// @return null where there is none of that shape
  static @Nullable LinkTraffic of(String table, String link) {
    for (int at = 0; at < table.length(); ) {
      int end = table.indexOf('\n', at);
      end = end < 0 ? table.length() : end;
      int colon = table.lastIndexOf(':', end - 1); // a name has none, nor have numbers
      if (colon > at && table.substring(at, colon).strip().equals(link)) {
        return ofNumbers(table.substring(colon + 1, end));
      }
      at = end + 1;
    }
    return null;
  }

  private static @Nullable LinkTraffic ofNumbers(String line) {
    long[] numbers = new long[NUMBERS];
    int at = 0;
    for (int i = 0; i < NUMBERS; i++) {
      while (at < line.length() && line.charAt(at) == ' ') {
        at++;
      }
      int begin = at;
      while (at < line.length() && line.charAt(at) != ' ') {
        at++;
      }
      try {
        numbers[i] = Long.parseUnsignedLong(line, begin, at, 10);
      } catch (NumberFormatException | IndexOutOfBoundsException _) {
        return null;
      }
    }
    return new LinkTraffic(numbers[1], numbers[0], numbers[3], numbers[9], numbers[8], numbers[11]);
  }
}
