package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FabricSettingsTest {
  private static final MacAddress MAC = MacAddress.parse("02:00:5e:10:00:01");
  private static final Link ETH0 =
      new Link(7, "eth0", 1, 1, 1400, 0, MAC, "veth", true, 6, 0, 0, -1, false);

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

  @Test
  void whatWasWrittenIsRead() throws IOException {
    FabricNets nets =
        new FabricNets(
            new FabricNets.Family(ip("10.1.0.2"), ip("169.254.223.0"), ip("127.88.0.0")),
            new FabricNets.Family(ip("fd00:1::2"), ip("fd75:7275:6e6a:1::"), ip("fd75::2:0")));
    FabricSettings settings =
        new FabricSettings(
            true, true, 7, 1, 5, MAC, nets, List.of(new LoopbackResolver(ip("::1"), 53, 65535)));
    assertThat(FabricSettings.readFrom(settings.toBytes())).isEqualTo(settings);
  }

  @Test
  void portsAndGuestsAreReadAsTheyWereWritten() {
    FabricPort port = new FabricPort(FabricPort.UDP, 40053);
    assertThat(HexFormat.of().formatHex(port.toBytes())).isEqualTo("11009c75");
    assertThat(FabricPort.readFrom(port.toBytes())).isEqualTo(port);
    FabricGuest guest = new FabricGuest(3, 9, 1400, MAC);
    assertThat(FabricGuest.readFrom(3, guest.toBytes())).isEqualTo(guest);
    assertThat(FabricGuest.readFrom(3, new byte[16])).isNull();
  }

  @Test
  void countersAreThoseOfTheHeader() throws IOException {
    String header = Files.readString(Path.of("src/main/c/pod-fabric.h"));
    String counters = header.substring(header.indexOf("enum counter {"));
    List<String> names = new ArrayList<>();
    for (FabricCounter counter : FabricCounter.values()) {
      names.add(counter + " = " + names.size());
    }
    assertThat(Pattern.compile("[A-Z_]+ = \\d+").matcher(counters).results())
        .extracting(MatchResult::group)
        .startsWith(names.toArray(new String[0]))
        .endsWith("COUNTERS = " + names.size());
  }

  private static byte[] settings(boolean localhost, MacAddress guest) {
    FabricNets.Family family =
        new FabricNets.Family(ip("10.1.0.2"), ip("169.254.223.0"), ip("127.88.0.0"));
    LoopbackResolver docker = new LoopbackResolver(ip("127.0.0.11"), 0xd431, 53);
    return FabricSettings.of(
            new FabricPlan(
                ETH0,
                new FabricNets(family, null),
                List.of(),
                localhost,
                List.of(docker),
                List.of()),
            1,
            guest)
        .toBytes();
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static String hex(byte[] bytes, int from, int length) {
    return HexFormat.of().formatHex(bytes, from, from + length);
  }
}
