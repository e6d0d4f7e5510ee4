package dev.urunj.linux.netlink;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The expressions of a rule, as nft(8) makes them: values are loaded into register 1 and compared
/// there. Each is `NFTA_EXPR_NAME` and `NFTA_EXPR_DATA` with attributes of its own,
/// `include/uapi/linux/netfilter/nf_tables.h`; integers are in network byte order.
final class RuleCodec {
  static final int NFTA_LIST_ELEM = 1;
  static final int NFTA_EXPR_NAME = 1;
  static final int NFTA_EXPR_DATA = 2;
  static final int NFTA_META_DREG = 1;
  static final int NFTA_META_KEY = 2;
  static final int NFT_META_IIFNAME = 6;
  static final int NFT_META_OIFNAME = 7;
  static final int NFT_META_NFPROTO = 15;
  static final int NFT_META_L4PROTO = 16;
  static final int NFTA_PAYLOAD_DREG = 1;
  static final int NFTA_PAYLOAD_BASE = 2;
  static final int NFTA_PAYLOAD_OFFSET = 3;
  static final int NFTA_PAYLOAD_LEN = 4;
  static final int NFT_PAYLOAD_NETWORK_HEADER = 1;
  static final int NFT_PAYLOAD_TRANSPORT_HEADER = 2;
  static final int NFTA_BITWISE_SREG = 1;
  static final int NFTA_BITWISE_DREG = 2;
  static final int NFTA_BITWISE_LEN = 3;
  static final int NFTA_BITWISE_MASK = 4;
  static final int NFTA_BITWISE_XOR = 5;
  static final int NFTA_CMP_SREG = 1;
  static final int NFTA_CMP_OP = 2;
  static final int NFTA_CMP_DATA = 3;
  static final int NFT_CMP_EQ = 0;
  static final int NFTA_IMMEDIATE_DREG = 1;
  static final int NFTA_IMMEDIATE_DATA = 2;
  static final int NFTA_DATA_VALUE = 1;
  static final int NFTA_DATA_VERDICT = 2;
  static final int NFTA_VERDICT_CODE = 1;
  static final int NF_DROP = 0;
  static final int NF_ACCEPT = 1;
  static final int NFT_REG_VERDICT = 0;
  static final int NFT_REG_1 = 1;
  static final int NFT_REG_2 = 2;
  static final int NFTA_NAT_TYPE = 1;
  static final int NFTA_NAT_FAMILY = 2;
  static final int NFTA_NAT_REG_ADDR_MIN = 3;
  static final int NFTA_NAT_REG_PROTO_MIN = 5;
  static final int NFT_NAT_DNAT = 1;
  static final int IFNAMSIZ = 16;

  private static final int IPV4_SOURCE = 12; // offsets in struct iphdr and struct ipv6hdr
  private static final int IPV4_DESTINATION = 16;
  private static final int IPV6_SOURCE = 8;
  private static final int IPV6_DESTINATION = 24;
  private static final int PORT_DESTINATION = 2; // in struct tcphdr and struct udphdr

  private final Message message;
  private final int tableFamily;

  private RuleCodec(Message message, int tableFamily) {
    this.message = message;
    this.tableFamily = tableFamily;
  }

  /// Writes the elements of `NFTA_RULE_EXPRESSIONS`.
  ///
  /// @throws IllegalArgumentException for an address that is not of the table's family
  static void write(NetfilterRule rule, int tableFamily, Message message) {
    RuleCodec codec = new RuleCodec(message, tableFamily);
    for (RuleExpression expression : rule.expressions()) {
      codec.write(expression);
    }
  }

  private void write(RuleExpression expression) {
    switch (expression) {
      case RuleExpression.InputLink link -> link(NFT_META_IIFNAME, link.name());
      case RuleExpression.OutputLink link -> link(NFT_META_OIFNAME, link.name());
      case RuleExpression.Source source ->
          network(source.network(), source.prefixLength(), IPV4_SOURCE, IPV6_SOURCE);
      case RuleExpression.Destination destination ->
          network(
              destination.network(),
              destination.prefixLength(),
              IPV4_DESTINATION,
              IPV6_DESTINATION);
      case RuleExpression.DestinationPort port -> port(port);
      case RuleExpression.Counter _ -> end(begin("counter"));
      case RuleExpression.Masquerade _ -> end(begin("masq"));
      case RuleExpression.DestinationNat nat -> nat(nat);
      case RuleExpression.Accept _ -> verdict(NF_ACCEPT);
      case RuleExpression.Drop _ -> verdict(NF_DROP);
    }
  }

  private void link(int key, String name) {
    meta(key);
    compare(Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), IFNAMSIZ));
  }

  /// Whole bytes of the prefix are compared alone, as nft(8) does; other prefixes by a mask.
  private void network(InetAddress network, int prefixLength, int ipv4Offset, int ipv6Offset) {
    byte[] address = network.getAddress();
    int family = checkedFamily(address);
    if (tableFamily == NetfilterTable.NFPROTO_INET) {
      meta(NFT_META_NFPROTO);
      compare(new byte[] {(byte) family});
    }
    int length = (prefixLength + 7) / 8;
    int offset = family == NetfilterTable.NFPROTO_IPV4 ? ipv4Offset : ipv6Offset;
    byte[] wanted = Arrays.copyOf(address, length);
    if (prefixLength % 8 != 0) {
      length = address.length;
      byte[] mask = mask(length, prefixLength);
      wanted = address;
      for (int i = 0; i < length; i++) {
        wanted[i] &= mask[i];
      }
      payload(NFT_PAYLOAD_NETWORK_HEADER, offset, length);
      mask(mask);
    } else {
      payload(NFT_PAYLOAD_NETWORK_HEADER, offset, length);
    }
    compare(wanted);
  }

  private int checkedFamily(byte[] address) {
    int family = address.length == 4 ? NetfilterTable.NFPROTO_IPV4 : NetfilterTable.NFPROTO_IPV6;
    if (tableFamily != NetfilterTable.NFPROTO_INET && tableFamily != family) {
      throw new IllegalArgumentException(
          "address of " + address.length + " bytes in a table of family " + tableFamily);
    }
    return family;
  }

  private static byte[] mask(int length, int prefixLength) {
    byte[] mask = new byte[length];
    for (int bit = 0; bit < prefixLength; bit++) {
      mask[bit / 8] |= (byte) (0x80 >> (bit % 8));
    }
    return mask;
  }

  private void port(RuleExpression.DestinationPort port) {
    meta(NFT_META_L4PROTO);
    compare(new byte[] {(byte) port.protocol()});
    payload(NFT_PAYLOAD_TRANSPORT_HEADER, PORT_DESTINATION, 2);
    compare(bytes(port.port()));
  }

  private void nat(RuleExpression.DestinationNat nat) {
    byte[] address = nat.address().getAddress();
    int family = checkedFamily(address);
    immediate(NFT_REG_1, address);
    if (nat.port() != 0) {
      immediate(NFT_REG_2, bytes(nat.port()));
    }
    long element = begin("nat");
    message.networkAttribute(NFTA_NAT_TYPE, NFT_NAT_DNAT).networkAttribute(NFTA_NAT_FAMILY, family);
    message.networkAttribute(NFTA_NAT_REG_ADDR_MIN, NFT_REG_1);
    if (nat.port() != 0) {
      message.networkAttribute(NFTA_NAT_REG_PROTO_MIN, NFT_REG_2);
    }
    end(element);
  }

  private void meta(int key) {
    long element = begin("meta");
    message.networkAttribute(NFTA_META_KEY, key).networkAttribute(NFTA_META_DREG, NFT_REG_1);
    end(element);
  }

  private void payload(int base, int offset, int length) {
    long element = begin("payload");
    message.networkAttribute(NFTA_PAYLOAD_DREG, NFT_REG_1);
    message.networkAttribute(NFTA_PAYLOAD_BASE, base);
    message.networkAttribute(NFTA_PAYLOAD_OFFSET, offset);
    message.networkAttribute(NFTA_PAYLOAD_LEN, length);
    end(element);
  }

  private void mask(byte[] mask) {
    long element = begin("bitwise");
    message.networkAttribute(NFTA_BITWISE_SREG, NFT_REG_1);
    message.networkAttribute(NFTA_BITWISE_DREG, NFT_REG_1);
    message.networkAttribute(NFTA_BITWISE_LEN, mask.length);
    value(NFTA_BITWISE_MASK, mask);
    value(NFTA_BITWISE_XOR, new byte[mask.length]);
    end(element);
  }

  private void compare(byte[] value) {
    long element = begin("cmp");
    message.networkAttribute(NFTA_CMP_SREG, NFT_REG_1).networkAttribute(NFTA_CMP_OP, NFT_CMP_EQ);
    value(NFTA_CMP_DATA, value);
    end(element);
  }

  private void immediate(int register, byte[] value) {
    long element = begin("immediate");
    message.networkAttribute(NFTA_IMMEDIATE_DREG, register);
    value(NFTA_IMMEDIATE_DATA, value);
    end(element);
  }

  private void verdict(int code) {
    long element = begin("immediate");
    message.networkAttribute(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    int data = nest(NFTA_IMMEDIATE_DATA);
    int verdict = nest(NFTA_DATA_VERDICT);
    message.networkAttribute(NFTA_VERDICT_CODE, code).end(verdict).end(data);
    end(element);
  }

  private void value(int type, byte[] value) {
    int data = nest(type);
    message.attribute(NFTA_DATA_VALUE, value).end(data);
  }

  private int nest(int type) {
    return message.begin(type | Message.NLA_F_NESTED);
  }

  /// Opens an element and its data; both positions in one number, for [#end].
  private long begin(String name) {
    int element = nest(NFTA_LIST_ELEM);
    message.attribute(NFTA_EXPR_NAME, name);
    return (long) element << 32 | nest(NFTA_EXPR_DATA);
  }

  private void end(long element) {
    message.end((int) element).end((int) (element >> 32));
  }

  private static byte[] bytes(int port) {
    return new byte[] {(byte) (port >> 8), (byte) port};
  }
}
