package dev.urunj.linux.netlink;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Messages about rules of policy routing, `include/uapi/linux/fib_rules.h`. Fixed part: `struct
/// fib_rule_hdr`, 12 bytes:
///
/// ```
/// u8 family, u8 dst_len, u8 src_len, u8 tos, u8 table, u8 res1, u8 res2, u8 action, u32 flags
/// ```
final class RoutingRuleCodec implements Decoder<RoutingRule> {
  static final RoutingRuleCodec READER = new RoutingRuleCodec();

  static final int RTM_NEWRULE = 32;
  static final int RTM_GETRULE = 34;
  static final int FIB_RULE_HDR_SIZE = 12;
  static final int FIB_RULE_INVERT = 2;
  static final int FRA_DST = 1;
  static final int FRA_SRC = 2;
  static final int FRA_PRIORITY = 6;
  static final int FRA_SUPPRESS_IFGROUP = 13;
  static final int FRA_SUPPRESS_PREFIXLEN = 14;
  static final int FRA_TABLE = 15;
  static final int FRA_PAD = 18;
  static final int FRA_PROTOCOL = 21;

  private static final int NOTHING_SUPPRESSED = -1;

  private RoutingRuleCodec() {}

  static Message all(int family) {
    Message message = Message.dump("RTM_GETRULE(family " + family + ")", RTM_GETRULE);
    return message.u8(family).u8(0).u8(0).u8(0).u32(0).u32(0);
  }

  @Override
  public @Nullable RoutingRule read(Replies message) throws NetlinkException {
    if (message.type() != RTM_NEWRULE) {
      return null;
    }
    message.require(FIB_RULE_HDR_SIZE, "fib_rule_hdr");
    int family = message.u8(0);
    if (family != AddressCodec.AF_INET && family != AddressCodec.AF_INET6) {
      return null; // multicast routing has rules of its own
    }
    int priority = 0;
    int table = message.u8(4);
    InetAddress destination = null;
    InetAddress source = null;
    boolean selective = message.u8(3) != 0 || (message.s32(8) & FIB_RULE_INVERT) != 0;
    Attributes attributes = message.attributes(FIB_RULE_HDR_SIZE);
    while (attributes.next()) {
      switch (attributes.type()) {
        case FRA_PRIORITY -> priority = attributes.s32();
        case FRA_TABLE -> table = attributes.s32();
        case FRA_DST -> destination = AddressCodec.address(family, attributes);
        case FRA_SRC -> source = AddressCodec.address(family, attributes);
        case FRA_PROTOCOL, FRA_PAD -> {} // who made it
        case FRA_SUPPRESS_PREFIXLEN, FRA_SUPPRESS_IFGROUP ->
            selective |= attributes.s32() != NOTHING_SUPPRESSED;
        default -> selective = true;
      }
    }
    return new RoutingRule(
        family,
        priority,
        message.u8(7),
        table,
        destination,
        message.u8(1),
        source,
        message.u8(2),
        selective);
  }
}
