package dev.urunj.runtime.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkTrafficTest {
  private static final String TABLE =
      """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
          lo:    1234      12    0    0    0     0          0         0     1234      12    0    0    0     0       0          0
        eth0: 99999999999 7   1    2    0     0          0         3      500       4    0    6    0     0       0          0
      """;

  @Test
  void lineOfALinkIsFoundByItsWholeName() {
    assertThat(LinkTraffic.of(TABLE, "eth0"))
        .isEqualTo(new LinkTraffic(7, 99999999999L, 2, 4, 500, 6));
    assertThat(LinkTraffic.of(TABLE, "lo")).isEqualTo(new LinkTraffic(12, 1234, 0, 12, 1234, 0));
    assertThat(LinkTraffic.of(TABLE, "eth")).isNull();
  }

  @Test
  void lineOfAnotherShapeIsNone() {
    assertThat(LinkTraffic.of("eth0: 1 2 3\n", "eth0")).isNull();
    assertThat(LinkTraffic.of("eth0: 1 2 x 4 5 6 7 8 9 10 11 12\n", "eth0")).isNull();
    assertThat(LinkTraffic.of("", "eth0")).isNull();
  }
}
