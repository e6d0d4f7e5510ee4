package dev.urunj.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FabricProgramsTest {
  private static final MacAddress MAC = MacAddress.parse("02:00:5e:10:00:01");
  private static final Link ETH0 =
      new Link(7, "eth0", 1, 1, 1400, 0, MAC, "veth", true, 6, 0, 0, -1);

  @Test
  void settingsHaveTheShapeOfTheHeader() {
    byte[] settings = settings(true, MAC);
    ByteBuffer host = ByteBuffer.wrap(settings).order(ByteOrder.nativeOrder());
    assertThat(settings).hasSize(168);
    assertThat(host.getInt(0)).as("SHARE_LOCALHOST").isEqualTo(1);
    assertThat(host.getInt(4)).isEqualTo(7);
    assertThat(host.getInt(8)).isEqualTo(1);
    assertThat(hex(settings, 16, 8)).isEqualTo("027572756e010000");
    assertThat(hex(settings, 24, 16)).endsWith("0a010002").startsWith("0".repeat(24));
    assertThat(hex(settings, 40, 16)).endsWith("a9fedf00");
    assertThat(hex(settings, 56, 16)).endsWith("7f580000");
    assertThat(hex(settings, 72, 16)).endsWith("7f00000b");
    assertThat(hex(settings, 88, 4)).as("ports, network order").isEqualTo("d4310035");
    assertThat(host.getShort(92)).as("FAMILY_ON, FAMILY_RESOLVER").isEqualTo((short) 3);
    assertThat(hex(settings, 96, 72)).as("IPv6").isEqualTo("0".repeat(144));
  }

  @Test
  void podsMacIsNotTheGuests() {
    MacAddress same = MacAddress.of(HexFormat.of().parseHex(hex(settings(true, MAC), 16, 6)));
    assertThat(hex(settings(false, same), 16, 6)).isNotEqualTo(hex(same.toBytes(), 0, 6));
  }

  private static byte[] settings(boolean localhost, MacAddress guest) {
    FabricNets.Family family =
        new FabricNets.Family(ip("10.1.0.2"), ip("169.254.223.0"), ip("127.88.0.0"));
    LoopbackResolver docker = new LoopbackResolver(ip("127.0.0.11"), 0xd431, 53);
    return FabricPrograms.settings(
        new Wiring.Fabric(ETH0, new FabricNets(family, null), localhost, List.of(docker)),
        1,
        guest);
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static String hex(byte[] bytes, int from, int length) {
    return HexFormat.of().formatHex(bytes, from, from + length);
  }
}
