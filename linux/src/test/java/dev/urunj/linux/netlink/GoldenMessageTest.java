package dev.urunj.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.file.Fd;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every request as bytes, in groups of 32 bits of a little-endian machine: length, type and flags,
/// sequence number, port, the fixed struct, attributes. That the kernel understands them as they
/// are meant, the kernel tests show by asking ip(8) and tc(8).
class GoldenMessageTest {
  private static final MacAddress MAC = MacAddress.parse("02:00:5e:10:00:01");

  @Test
  void linkRequests() {
    check(
        LinkCodec.all(),
        """
        28000000 12000103 01000000 09000000 00000000 00000000 00000000 00000000
        08001d00 08000000\
        """);
    check(
        LinkCodec.one(7),
        """
        28000000 12000100 01000000 09000000 00000000 07000000 00000000 00000000
        08001d00 08000000\
        """);
    check(
        LinkCodec.one("eth0"),
        """
        34000000 12000100 01000000 09000000 00000000 00000000 00000000 00000000
        08001d00 08000000 09000300 65746830 00000000\
        """);
  }

  @Test
  void linkChanges() {
    check(
        LinkCodec.flags(7, 1, 1),
        "20000000 10000500 01000000 09000000 00000000 07000000 01000000 01000000");
    check(
        LinkCodec.flags(7, 0, 1),
        "20000000 10000500 01000000 09000000 00000000 07000000 00000000 01000000");
    check(
        LinkCodec.mtu(7, 1400),
        """
        28000000 10000500 01000000 09000000 00000000 07000000 00000000 00000000
        08000400 78050000\
        """);
    check(
        LinkCodec.configure(7, 1400, true),
        """
        28000000 10000500 01000000 09000000 00000000 07000000 01000000 01000000
        08000400 78050000\
        """);
    check(
        LinkCodec.mac(7, MAC),
        """
        2c000000 10000500 01000000 09000000 00000000 07000000 00000000 00000000
        0a000100 02005e10 00010000\
        """);
    check(
        LinkCodec.name(7, "net1"),
        """
        2c000000 10000500 01000000 09000000 00000000 07000000 00000000 00000000
        09000300 6e657431 00000000\
        """);
    check(
        LinkCodec.master(7, 9),
        """
        28000000 10000500 01000000 09000000 00000000 07000000 00000000 00000000
        08000a00 09000000\
        """);
    check(
        LinkCodec.delete(7),
        "20000000 11000500 01000000 09000000 00000000 07000000 00000000 00000000");
  }

  @Test
  void linkMove() {
    Fd netns = Fd.adopt(0x77); // a number is all that is needed of it
    check(
        LinkCodec.netns(7, netns),
        """
        28000000 10000500 01000000 09000000 00000000 07000000 00000000 00000000
        08001c00 77000000\
        """);
    check(
        LinkCodec.createVeth("eth0", "peer0", netns),
        """
        68000000 10000506 01000000 09000000 00000000 00000000 00000000 00000000
        09000300 65746830 00000000 3c001200 09000100 76657468 00000000 2c000200
        28000100 00000000 00000000 00000000 00000000 0a000300 70656572 30000000
        08001c00 77000000\
        """);
    netns.release();
  }

  @Test
  void linkCreations() {
    check(
        LinkCodec.create("dummy0", "dummy"),
        """
        3c000000 10000506 01000000 09000000 00000000 00000000 00000000 00000000
        0b000300 64756d6d 79300000 10001200 0a000100 64756d6d 79000000\
        """);
    check(
        LinkCodec.create("br0", "bridge"),
        """
        38000000 10000506 01000000 09000000 00000000 00000000 00000000 00000000
        08000300 62723000 10001200 0b000100 62726964 67650000\
        """);
    check(
        LinkCodec.createVeth("eth0", "peer0", null),
        """
        60000000 10000506 01000000 09000000 00000000 00000000 00000000 00000000
        09000300 65746830 00000000 34001200 09000100 76657468 00000000 24000200
        20000100 00000000 00000000 00000000 00000000 0a000300 70656572 30000000\
        """);
  }

  @Test
  void addressRequests() {
    check(AddressCodec.all(7), "18000000 16000103 01000000 09000000 00000000 07000000");
    check(
        AddressCodec.add(7, ip("10.1.0.2"), 24),
        """
        28000000 14000506 01000000 09000000 02180000 07000000 08000200 0a010002
        08000100 0a010002\
        """);
    check(
        AddressCodec.delete(7, ip("fd00::2"), 64),
        """
        40000000 15000500 01000000 09000000 0a400000 07000000 14000200 fd000000
        00000000 00000000 00000002 14000100 fd000000 00000000 00000000 00000002\
        """);
  }

  @Test
  void routeRequests() {
    check(
        RouteCodec.all(Route.AF_INET, 254),
        """
        24000000 1a000103 01000000 09000000 02000000 00000000 00000000 08000f00
        fe000000\
        """);
    check(
        RouteCodec.add(Route.defaultVia(ip("10.1.0.1"), 7)),
        """
        2c000000 18000506 01000000 09000000 02000000 fe030001 00000000 08000500
        0a010001 08000400 07000000\
        """);
    check(
        RouteCodec.add(Route.onLink(ip("169.254.1.1"), 32, 7)),
        """
        2c000000 18000506 01000000 09000000 02200000 fe03fd01 00000000 08000100
        a9fe0101 08000400 07000000\
        """);
    check(
        RouteCodec.delete(Route.defaultVia(ip("fd00::1"), 7)),
        """
        38000000 19000500 01000000 09000000 0a000000 fe000001 00000000 14000500
        fd000000 00000000 00000000 00000001 08000400 07000000\
        """);
  }

  @Test
  void routeWithEverything() {
    Route route =
        new Route(
            Route.AF_INET,
            ip("192.168.0.0"),
            16,
            ip("fd00::1"),
            7,
            100,
            Route.RT_SCOPE_UNIVERSE,
            Route.RTN_UNICAST,
            1000,
            true,
            1400,
            ip("10.1.0.2"));
    check(
        RouteCodec.add(route),
        """
        68000000 18000506 01000000 09000000 02100000 00030001 04000000 08000100
        c0a80000 16001200 0a00fd00 00000000 00000000 00000000 00010000 08000400
        07000000 08000600 64000000 08000700 0a010002 0c000800 08000200 78050000
        08000f00 e8030000\
        """);
  }

  @Test
  void neighbourRequests() {
    check(
        NeighbourCodec.all(7),
        """
        24000000 1e000103 01000000 09000000 00000000 00000000 00000000 08000800
        07000000\
        """);
    check(
        NeighbourCodec.add(Neighbour.permanent(7, ip("10.1.0.9"), MAC)),
        """
        30000000 1c000506 01000000 09000000 02000000 07000000 80000000 08000100
        0a010009 0a000200 02005e10 00010000\
        """);
  }

  @Test
  void qdiscRequests() {
    check(
        QdiscCodec.all(),
        """
        24000000 26000103 01000000 09000000 00000000 00000000 00000000 00000000
        00000000\
        """);
    check(
        QdiscCodec.addIngress(7, "ingress"),
        """
        30000000 24000506 01000000 09000000 00000000 07000000 0000ffff f1ffffff
        00000000 0c000100 696e6772 65737300\
        """);
    check(
        QdiscCodec.addIngress(7, "clsact"),
        """
        30000000 24000506 01000000 09000000 00000000 07000000 0000ffff f1ffffff
        00000000 0b000100 636c7361 63740000\
        """);
    check(
        QdiscCodec.replaceRoot(7, "pfifo"),
        """
        30000000 24000505 01000000 09000000 00000000 07000000 00000000 ffffffff
        00000000 0a000100 70666966 6f000000\
        """);
    check(
        QdiscCodec.delete(new Qdisc(7, "ingress", 0xffff0000, Qdisc.INGRESS)),
        """
        30000000 25000500 01000000 09000000 00000000 07000000 0000ffff f1ffffff
        00000000 0c000100 696e6772 65737300\
        """);
  }

  @Test
  void filterRequests() {
    check(
        FilterCodec.all(7, Filter.INGRESS),
        """
        24000000 2e000103 01000000 09000000 00000000 07000000 00000000 f2ffffff
        00000000\
        """);
    byte[] cookie = "urunj:guest".getBytes(UTF_8);
    check(
        FilterCodec.add(new Redirect(7, Filter.INGRESS, 49, 0xd1, 8, cookie)),
        """
        9c000000 2c000506 01000000 09000000 00000000 07000000 d1000000 f2ffffff
        00033100 08000100 75333200 70000200 24000500 01000100 00000000 00000000
        00000000 00000000 00000000 00000000 00000000 48000700 44000100 0b000100
        6d697272 65640000 24000200 20000200 00000000 00000000 04000000 00000000
        00000000 01000000 08000000 0f000600 7572756e 6a3a6775 65737400\
        """);
    Filter filter = new Filter(7, Filter.INGRESS, 49, 3, 0x800000d1, "u32", 8, cookie, null);
    check(
        FilterCodec.delete(filter),
        """
        2c000000 2d000500 01000000 09000000 00000000 07000000 d1000080 f2ffffff
        00033100 08000100 75333200\
        """);
  }

  @Test
  void classifierRequests() {
    Fd program = Fd.adopt(0x77); // a number is all that is needed of it
    Classifier classifier = new Classifier(7, Filter.EGRESS, 49, 0xd1, "urunj");
    check(
        ClassifierCodec.add(classifier, program),
        """
        4c000000 2c000506 01000000 09000000 00000000 07000000 d1000000 f3ffffff
        00033100 08000100 62706600 20000200 08000600 77000000 0a000700 7572756e
        6a000000 08000800 01000000\
        """);
    check(
        ClassifierCodec.replace(classifier, program),
        """
        4c000000 2c000504 01000000 09000000 00000000 07000000 d1000000 f3ffffff
        00033100 08000100 62706600 20000200 08000600 77000000 0a000700 7572756e
        6a000000 08000800 01000000\
        """);
    program.release();
  }

  @Test
  void netfilterBatch() {
    NetfilterTable table = new NetfilterTable(NetfilterTable.NFPROTO_IPV4, "urunj", "guest");
    NetfilterChain chain = new NetfilterChain("out", "nat", 4, 100);
    check(NetfilterCodec.begin(), "14000000 10000100 01000000 09000000 0000000a");
    check(
        NetfilterCodec.addTable(table, true),
        """
        2c000000 000a0506 01000000 09000000 02000000 0a000100 7572756e 6a000000
        0c000600 00066775 65737400\
        """);
    check(
        NetfilterCodec.deleteTable(table),
        """
        20000000 020a0500 01000000 09000000 02000000 0a000100 7572756e 6a000000\
        """);
    check(
        NetfilterCodec.addChain(table, chain),
        """
        44000000 030a0506 01000000 09000000 02000000 0a000100 7572756e 6a000000
        08000300 6f757400 14000480 08000100 00000004 08000200 00000064 08000700
        6e617400\
        """);
    check(NetfilterCodec.end(), "14000000 11000100 01000000 09000000 0000000a");
    check(
        NetfilterCodec.tables(),
        """
        14000000 010a0103 01000000 09000000 00000000\
        """);
    check(
        NetfilterCodec.rules(table),
        """
        20000000 070a0103 01000000 09000000 02000000 0a000100 7572756e 6a000000\
        """);
  }

  @Test
  void netfilterRules() {
    NetfilterTable table = new NetfilterTable(NetfilterTable.NFPROTO_IPV4, "urunj", "");
    check(
        NetfilterCodec.addRule(
            table,
            "out",
            new NetfilterRule(
                List.of(
                    new RuleExpression.Source(ip("172.16.1.1"), 24),
                    new RuleExpression.Masquerade()),
                "guest")),
        """
        ac000000 060a050c 01000000 09000000 02000000 0a000100 7572756e 6a000000
        08000200 6f757400 78000480 34000180 0c000100 7061796c 6f616400 24000280
        08000100 00000001 08000200 00000001 08000300 0000000c 08000400 00000003
        2c000180 08000100 636d7000 20000280 08000100 00000001 08000200 00000000
        0c000380 07000100 ac100100 14000180 09000100 6d617371 00000000 04000280
        0c000700 00066775 65737400\
        """);
  }

  private static void check(Message message, String golden) {
    ByteBuffer bytes = ByteBuffer.allocate(message.size());
    message.writeTo(bytes, 1, 9);
    String hex = HexFormat.of().formatHex(bytes.array());
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < hex.length(); i += 8) {
      words.append(i == 0 ? "" : " ").append(hex, i, i + 8);
    }
    assertThat(words.toString()).isEqualTo(golden.replace('\n', ' '));
  }

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
