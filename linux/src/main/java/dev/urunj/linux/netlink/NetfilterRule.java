package dev.urunj.linux.netlink;

import java.util.List;

/// A rule as the caller wants it: a packet goes through its expressions in their order, until one
/// does not match.
///
/// @param comment at most 127 bytes, may be empty; nft(8) prints it
public record NetfilterRule(List<RuleExpression> expressions, String comment) {
  /// Copies the list.
  ///
  /// @throws IllegalArgumentException when the comment is too long
  public NetfilterRule {
    expressions = List.copyOf(expressions);
    NetfilterTable.check(comment, "comment", 0, NetfilterTable.LONGEST_COMMENT);
  }
}
