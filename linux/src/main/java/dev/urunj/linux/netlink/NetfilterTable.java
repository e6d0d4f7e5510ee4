package dev.urunj.linux.netlink;

import dev.urunj.linux.errno.Quoted;
import java.nio.charset.StandardCharsets;

/// A table of nf_tables: what holds chains and rules together, for one owner to make and remove.
///
/// @param family `NFPROTO_…`
/// @param name 1 to 255 bytes, unique in its family
/// @param comment at most 127 bytes, may be empty; kept since Linux 5.10, nft(8) prints it
public record NetfilterTable(int family, String name, String comment) {
  // include/uapi/linux/netfilter.h
  /// IPv4 and IPv6 in one table.
  public static final int NFPROTO_INET = 1;

  public static final int NFPROTO_IPV4 = 2;
  public static final int NFPROTO_IPV6 = 10;

  static final int LONGEST_COMMENT = 127; // nft(8), NFTNL_UDATA_COMMENT_MAXLEN less the zero byte
  private static final int LONGEST_NAME = 255;

  /// Checks the lengths.
  ///
  /// @throws IllegalArgumentException when one is out of its range
  public NetfilterTable {
    check(name, "table name", 1, LONGEST_NAME);
    check(comment, "comment", 0, LONGEST_COMMENT);
  }

  /// As nft(8) writes it: `ip urunj`.
  String label() {
    String prefix =
        switch (family) {
          case NFPROTO_INET -> "inet ";
          case NFPROTO_IPV4 -> "ip ";
          case NFPROTO_IPV6 -> "ip6 ";
          default -> "family " + family + " ";
        };
    return prefix + name;
  }

  static void check(String text, String what, int least, int most) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length < least || length > most || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          what
              + " "
              + Quoted.of(text)
              + " of "
              + length
              + " bytes, expected "
              + least
              + " to "
              + most);
    }
  }
}
