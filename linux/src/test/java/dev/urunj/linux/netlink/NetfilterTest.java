package dev.urunj.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetfilterTest {
  private static final NetfilterTable IPV4 =
      new NetfilterTable(NetfilterTable.NFPROTO_IPV4, "urunj", "");

  @Test
  void textsThatDoNotFitNeverReachTheKernel() {
    assertThatThrownBy(() -> new NetfilterTable(NetfilterTable.NFPROTO_IPV4, "", ""))
        .hasMessage("table name \"\" of 0 bytes, expected 1 to 255");
    assertThatThrownBy(() -> new NetfilterTable(NetfilterTable.NFPROTO_IPV4, "a", "b".repeat(128)))
        .hasMessageEndingWith("of 128 bytes, expected 0 to 127");
    assertThatThrownBy(() -> new NetfilterChain("a\0", "nat", 0, 0))
        .hasMessage("chain name \"a\\u0000\" of 2 bytes, expected 1 to 255");
    assertThatThrownBy(() -> new RuleExpression.OutputLink("sixteen_letters_"))
        .hasMessage("link name \"sixteen_letters_\" of 16 bytes, expected 1 to 15");
  }

  @Test
  void numbersOutOfRangeNeverReachTheKernel() throws Exception {
    InetAddress address = InetAddress.getByName("10.1.0.2");
    assertThatThrownBy(() -> new RuleExpression.Source(address, 0))
        .hasMessage("prefix of 0 bits, expected 1 to 32");
    assertThatThrownBy(() -> new RuleExpression.Destination(address, 33))
        .hasMessage("prefix of 33 bits, expected 1 to 32");
    assertThatThrownBy(() -> new RuleExpression.DestinationPort(6, 0))
        .hasMessage("protocol 6, port 0");
    assertThatThrownBy(() -> new RuleExpression.DestinationNat(address, 65_536))
        .hasMessage("port 65536, expected 0 to 65535");
  }

  @Test
  void addressOfAnotherFamilyThanTheTablesIsRefused() throws Exception {
    NetfilterRule rule =
        new NetfilterRule(
            List.of(new RuleExpression.Source(InetAddress.getByName("fd00::1"), 64)), "");
    assertThatThrownBy(() -> new NetfilterBatch().addRule(IPV4, "x", rule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("address of 16 bytes in a table of family 2");
  }

  @Test
  void tableIsCalledAsNftDoes() {
    assertThat(IPV4.label()).isEqualTo("ip urunj");
    assertThat(new NetfilterTable(NetfilterTable.NFPROTO_INET, "a", "").label())
        .isEqualTo("inet a");
    assertThat(new NetfilterTable(7, "a", "").label()).isEqualTo("family 7 a");
  }
}
