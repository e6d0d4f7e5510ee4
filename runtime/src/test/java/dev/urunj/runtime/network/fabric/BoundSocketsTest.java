package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.urunj.runtime.network.fabric.BoundSockets.Bound;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoundSocketsTest {
  private static final String UDP =
      """
         sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
        12: 0B00007F:D431 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24 2 0 0
      9999: 0100007F:0035 0100007F:8235 01 00000000:00000000 00:00000000 00000000     0        0 25 2 0 0
      """;
  private static final String TCP6 =
      """
        sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when
         0: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 0A 00000000:00000000
         1: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000
         2: 0000000000000000FFFF00000B00007F:A001 00000000000000000000000000000000:0000 0A 00000000:00000000
         3: 00000000000000000000000001000000:1F90 00000000000000000000000001000000:8235 01 00000000:00000000
      """;

  @BeforeEach
  void onlyWhereWordsAreLittleEndian() {
    assumeThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }

  private static Bound bound(String address, int port) {
    return new Bound(InetAddress.ofLiteral(address), port);
  }

  @Test
  void socketWithoutPeerIsFoundAndOneWithIsNot() {
    assertThat(BoundSockets.parse(UDP, "07")).containsExactly(bound("127.0.0.11", 0xd431));
  }

  @Test
  void listenersOfIpv6AreReadByWords() {
    assertThat(BoundSockets.parse(TCP6, "0A"))
        .containsExactly(bound("::", 53), bound("::1", 8080), bound("127.0.0.11", 0xa001));
  }

  @Test
  void linesOfAnotherShapeArePassedOver() {
    for (String line :
        List.of(
            "",
            ":",
            "::::",
            " 1: 0B00007F:D431 00000000:0000",
            " 1: 0B00007F:D431 00000000:0000 071",
            " 1: 0B00007:D431 00000000:0000 07 ",
            " 1: 0B00007G:D431 00000000:0000 07 ",
            " 1: 0B00007F:D43 00000000:0000 07 ",
            " 1: 0B00007F:D4310 00000000:0000 07 ",
            " 1: 0B00007F:D43Z 00000000:0000 07 ",
            " 1: 0B00007FD431 00000000:0000 07 ")) {
      assertThat(BoundSockets.parse(line, "07")).as(line).isEmpty();
    }
  }

  @Test
  void anyTextIsParsed() {
    long seed = 20261121;
    Random random = new Random(seed);
    for (int round = 0; round < 5000; round++) {
      StringBuilder text = new StringBuilder(UDP).append(TCP6);
      for (int i = 1 + random.nextInt(20); i > 0; i--) {
        int at = random.nextInt(text.length());
        if (random.nextBoolean()) {
          text.setCharAt(at, " :0AFZ\n\u0663".charAt(random.nextInt(8)));
        } else {
          text.setLength(Math.max(1, at));
        }
      }
      for (Bound socket : BoundSockets.parse(text.toString(), "0A")) {
        assertThat(socket.port()).as("seed %d round %d", seed, round).isBetween(0, 65535);
      }
    }
  }
}
