package dev.urunj.linux.netlink;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Messages about tables, chains and rules of nf_tables; the type's upper 8 bits are
/// [#NFNL_SUBSYS_NFTABLES]. Fixed part: `struct nfgenmsg`, 4 bytes,
/// `include/uapi/linux/netfilter/nfnetlink.h`:
///
/// ```
/// u8 nfgen_family, u8 version, be16 res_id
/// ```
///
/// Attributes of `include/uapi/linux/netfilter/nf_tables.h`, integers in network byte order.
/// Comments are what libnftnl makes of them: user data of `u8 type 0, u8 length, string with its
/// zero byte`.
final class NetfilterCodec {
  static final int NFNL_MSG_BATCH_BEGIN = 16;
  static final int NFNL_MSG_BATCH_END = 17;
  static final int NFNL_SUBSYS_NFTABLES = 10;
  static final int NFGENMSG_SIZE = 4;
  static final int NFT_MSG_NEWTABLE = 0;
  static final int NFT_MSG_GETTABLE = 1;
  static final int NFT_MSG_DELTABLE = 2;
  static final int NFT_MSG_NEWCHAIN = 3;
  static final int NFT_MSG_NEWRULE = 6;
  static final int NFT_MSG_GETRULE = 7;
  static final int NFTA_TABLE_NAME = 1;
  static final int NFTA_TABLE_USERDATA = 6;
  static final int NFTA_CHAIN_TABLE = 1;
  static final int NFTA_CHAIN_NAME = 3;
  static final int NFTA_CHAIN_HOOK = 4;
  static final int NFTA_CHAIN_TYPE = 7;
  static final int NFTA_HOOK_HOOKNUM = 1;
  static final int NFTA_HOOK_PRIORITY = 2;
  static final int NFTA_RULE_TABLE = 1;
  static final int NFTA_RULE_CHAIN = 2;
  static final int NFTA_RULE_HANDLE = 3;
  static final int NFTA_RULE_EXPRESSIONS = 4;
  static final int NFTA_RULE_USERDATA = 7;
  static final int NFTA_COUNTER_BYTES = 1;
  static final int NFTA_COUNTER_PACKETS = 2;

  private static final int COMMENT = 0; // NFTNL_UDATA_TABLE_COMMENT, NFTNL_UDATA_RULE_COMMENT

  private NetfilterCodec() {}

  static Message begin() {
    return header(Message.border("NFNL_MSG_BATCH_BEGIN", NFNL_MSG_BATCH_BEGIN), 0, true);
  }

  static Message end() {
    return header(Message.border("NFNL_MSG_BATCH_END", NFNL_MSG_BATCH_END), 0, true);
  }

  static Message tables() {
    int type = type(NFT_MSG_GETTABLE);
    return header(Message.dump("NFT_MSG_GETTABLE(all)", type), 0, false);
  }

  static Message rules(NetfilterTable table) {
    String call = "NFT_MSG_GETRULE(" + table.label() + ")";
    return header(Message.dump(call, type(NFT_MSG_GETRULE)), table.family(), false)
        .attribute(NFTA_RULE_TABLE, table.name());
  }

  static Message addTable(NetfilterTable table, boolean exclusive) {
    Message message =
        change(
            "NFT_MSG_NEWTABLE(" + table.label() + ")",
            NFT_MSG_NEWTABLE,
            Message.NLM_F_CREATE | (exclusive ? Message.NLM_F_EXCL : 0),
            table);
    message.attribute(NFTA_TABLE_NAME, table.name());
    return comment(message, NFTA_TABLE_USERDATA, table.comment());
  }

  static Message deleteTable(NetfilterTable table) {
    return change("NFT_MSG_DELTABLE(" + table.label() + ")", NFT_MSG_DELTABLE, 0, table)
        .attribute(NFTA_TABLE_NAME, table.name());
  }

  static Message addChain(NetfilterTable table, NetfilterChain chain) {
    Message message =
        change(
            "NFT_MSG_NEWCHAIN(" + table.label() + " " + chain.name() + ")",
            NFT_MSG_NEWCHAIN,
            Message.NLM_F_CREATE | Message.NLM_F_EXCL,
            table);
    message.attribute(NFTA_CHAIN_TABLE, table.name());
    message.attribute(NFTA_CHAIN_NAME, chain.name());
    int hook = message.begin(NFTA_CHAIN_HOOK | Message.NLA_F_NESTED);
    message.networkAttribute(NFTA_HOOK_HOOKNUM, chain.hook());
    message.networkAttribute(NFTA_HOOK_PRIORITY, chain.priority()).end(hook);
    return message.attribute(NFTA_CHAIN_TYPE, chain.type());
  }

  static Message addRule(NetfilterTable table, String chain, NetfilterRule rule) {
    Message message =
        change(
            "NFT_MSG_NEWRULE(" + table.label() + " " + chain + ", \"" + rule.comment() + "\")",
            NFT_MSG_NEWRULE,
            Message.NLM_F_CREATE | Message.NLM_F_APPEND,
            table);
    message.attribute(NFTA_RULE_TABLE, table.name()).attribute(NFTA_RULE_CHAIN, chain);
    int expressions = message.begin(NFTA_RULE_EXPRESSIONS | Message.NLA_F_NESTED);
    RuleCodec.write(rule, table.family(), message);
    return comment(message.end(expressions), NFTA_RULE_USERDATA, rule.comment());
  }

  static @Nullable NetfilterTable readTable(Replies message) throws NetlinkException {
    if (message.type() != type(NFT_MSG_NEWTABLE)) {
      return null;
    }
    message.require(NFGENMSG_SIZE, "nfgenmsg");
    String name = "";
    String comment = "";
    Attributes attributes = message.attributes(NFGENMSG_SIZE);
    while (attributes.next()) {
      switch (attributes.type()) {
        case NFTA_TABLE_NAME -> name = attributes.string();
        case NFTA_TABLE_USERDATA -> comment = commentOf(attributes);
        default -> {}
      }
    }
    try {
      return new NetfilterTable(message.u8(0), name, comment);
    } catch (IllegalArgumentException e) {
      throw NetlinkException.malformed(String.valueOf(e.getMessage()));
    }
  }

  static @Nullable InstalledRule readRule(Replies message) throws NetlinkException {
    if (message.type() != type(NFT_MSG_NEWRULE)) {
      return null;
    }
    message.require(NFGENMSG_SIZE, "nfgenmsg");
    String table = "";
    String chain = "";
    String comment = "";
    long handle = 0;
    long[] counted = new long[2];
    Attributes attributes = message.attributes(NFGENMSG_SIZE);
    while (attributes.next()) {
      switch (attributes.type()) {
        case NFTA_RULE_TABLE -> table = attributes.string();
        case NFTA_RULE_CHAIN -> chain = attributes.string();
        case NFTA_RULE_HANDLE -> handle = number(attributes);
        case NFTA_RULE_EXPRESSIONS -> readFirstCounter(attributes.nested(), counted);
        case NFTA_RULE_USERDATA -> comment = commentOf(attributes);
        default -> {}
      }
    }
    return new InstalledRule(message.u8(0), table, chain, handle, comment, counted[0], counted[1]);
  }

  private static void readFirstCounter(Attributes expressions, long[] into)
      throws NetlinkException {
    while (expressions.next()) {
      String name = "";
      Attributes element = expressions.nested();
      while (element.next()) {
        if (element.type() == RuleCodec.NFTA_EXPR_NAME) {
          name = element.string();
        } else if (element.type() == RuleCodec.NFTA_EXPR_DATA && name.equals("counter")) {
          readCounter(element.nested(), into);
          return;
        }
      }
    }
  }

  private static void readCounter(Attributes counter, long[] into) throws NetlinkException {
    while (counter.next()) {
      switch (counter.type()) {
        case NFTA_COUNTER_PACKETS -> into[0] = number(counter);
        case NFTA_COUNTER_BYTES -> into[1] = number(counter);
        default -> {}
      }
    }
  }

  /// 64 bits in network byte order.
  private static long number(Attributes attribute) throws NetlinkException {
    long high = Integer.toUnsignedLong(Integer.reverseBytes(attribute.s32(0)));
    return high << 32 | Integer.toUnsignedLong(Integer.reverseBytes(attribute.s32(4)));
  }

  /// The program that made the table may have put anything there. What is not a comment of
  /// libnftnl's kind counts as none.
  private static String commentOf(Attributes userData) {
    byte[] bytes = userData.bytes();
    for (int at = 0; at + 2 <= bytes.length; ) {
      int length = Byte.toUnsignedInt(bytes[at + 1]);
      if (length > bytes.length - at - 2) {
        return "";
      }
      if (bytes[at] == COMMENT && length > 0 && length <= NetfilterTable.LONGEST_COMMENT + 1) {
        return text(bytes, at + 2, length);
      }
      at += 2 + length;
    }
    return "";
  }

  private static String text(byte[] bytes, int from, int most) {
    int length = 0;
    while (length < most && bytes[from + length] != 0) {
      length++;
    }
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    boolean fits = text.getBytes(StandardCharsets.UTF_8).length <= NetfilterTable.LONGEST_COMMENT;
    return fits ? text : "";
  }

  private static Message comment(Message message, int attribute, String comment) {
    if (comment.isEmpty()) {
      return message;
    }
    byte[] utf8 = comment.getBytes(StandardCharsets.UTF_8);
    byte[] entry = new byte[utf8.length + 3];
    entry[0] = COMMENT;
    entry[1] = (byte) (utf8.length + 1);
    System.arraycopy(utf8, 0, entry, 2, utf8.length);
    return message.attribute(attribute, entry);
  }

  private static Message change(String call, int type, int flags, NetfilterTable table) {
    return header(Message.change(call, type(type), flags), table.family(), false);
  }

  /// `res_id` says of a batch whose it is.
  private static Message header(Message message, int family, boolean border) {
    int subsystem = border ? NFNL_SUBSYS_NFTABLES : 0;
    return message.u8(family).u8(0).u16(Short.reverseBytes((short) subsystem));
  }

  private static int type(int message) {
    return NFNL_SUBSYS_NFTABLES << 8 | message;
  }
}
