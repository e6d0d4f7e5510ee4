package dev.urunj.runtime.network;

import dev.urunj.runtime.oci.BadInputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ports that a guest declares to be its own among the guests of its pod: `80/tcp,53/udp,
/// 8000-8010/tcp`. Without a protocol it is TCP. They say which guest gets a packet. They are not a
/// firewall.
///
/// @param ranges at least one
public record DeclaredPorts(List<Range> ranges) {
  /// A limit with which the ports of eight guests fit into the fabric's map.
  public static final int MOST = 128;

  private static final String FORM =
      "ports from 1 to 65535, written as 80/tcp,53/udp,8000-8010/tcp, at most " + MOST;
  private static final int LARGEST = 0xffff;

  /// Neighbouring ports of one protocol.
  ///
  /// @param udp not TCP
  /// @param last included
  public record Range(boolean udp, int first, int last) {
    boolean overlaps(Range other) {
      return udp == other.udp && first <= other.last && other.first <= last;
    }

    private String text() {
      return first + (last == first ? "" : "-" + last) + (udp ? "/udp" : "/tcp");
    }
  }

  /// Keeps a copy.
  public DeclaredPorts {
    ranges = List.copyOf(ranges);
  }

  /// Reads the value of an annotation, or what [#text] wrote.
  ///
  /// @param where,key for messages
  public static DeclaredPorts parse(String where, String key, String text)
      throws BadInputException {
    List<Range> ranges = new ArrayList<>();
    int count = 0;
    for (int start = 0; start <= text.length() && count <= MOST; ) {
      int comma = text.indexOf(',', start);
      int end = comma < 0 ? text.length() : comma;
      Range range = range(text.substring(start, end).strip());
      if (range == null) {
        throw bad(where, key, "is " + BadInputException.quote(text));
      }
      ranges.add(range);
      count += range.last - range.first + 1;
      start = end + 1;
    }
    if (count > MOST) {
      throw bad(where, key, "names more than " + MOST + " ports");
    }
    return new DeclaredPorts(ranges);
  }

  private static @Nullable Range range(String text) {
    int slash = text.indexOf('/');
    String protocol = slash < 0 ? "tcp" : text.substring(slash + 1);
    String numbers = slash < 0 ? text : text.substring(0, slash);
    int dash = numbers.indexOf('-');
    int first = number(dash < 0 ? numbers : numbers.substring(0, dash));
    int last = dash < 0 ? first : number(numbers.substring(dash + 1));
    boolean udp = protocol.equalsIgnoreCase("udp");
    return first < 1 || last < first || (!udp && !protocol.equalsIgnoreCase("tcp"))
        ? null
        : new Range(udp, first, last);
  }

  private static int number(String text) {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      number = 10 * number + digit;
      if (number > LARGEST) {
        return 0;
      }
    }
    return number;
  }

  private static BadInputException bad(String where, String key, String problem) {
    return new BadInputException(where, key, problem, FORM);
  }

  /// All of them, as [#parse] reads it.
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Range range : ranges) {
      text.append(text.isEmpty() ? "" : ",").append(range.text());
    }
    return text.toString();
  }

  /// The first port that both have, as `80/tcp`; null when they have none in common.
  public @Nullable String firstShared(DeclaredPorts other) {
    for (Range one : ranges) {
      for (Range two : other.ranges) {
        if (one.overlaps(two)) {
          int port = Math.max(one.first, two.first);
          return new Range(one.udp, port, port).text();
        }
      }
    }
    return null;
  }
}
