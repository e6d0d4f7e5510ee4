package dev.urunj.runtime.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResolvConfTest {
  private static ResolvConf parse(String text) throws IOException {
    return ResolvConf.parse(text.getBytes(UTF_8));
  }

  @Test
  void clusterFileIsReadWhole() throws IOException {
    ResolvConf conf =
        parse("search a.svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n");
    assertThat(conf.nameservers()).containsExactly("10.96.0.10");
    assertThat(conf.search()).containsExactly("a.svc.cluster.local", "cluster.local");
    assertThat(conf.options()).containsExactly("ndots:5");
  }

  @Test
  void commentsTabsAndCarriageReturnsAreTolerated() throws IOException {
    ResolvConf conf =
        parse("# c\r\n; c\r\n\tnameserver\t fd00::1 # here\r\nnameserver 1.1.1.1\r\n\r\n");
    assertThat(conf.nameservers()).containsExactly("fd00::1", "1.1.1.1");
  }

  @Test
  void lastOfSearchAndDomainHolds() throws IOException {
    assertThat(parse("search a b\ndomain c d\n").search()).containsExactly("c");
    assertThat(parse("domain c\nsearch a b").search()).containsExactly("a", "b");
  }

  @Test
  void keysWithoutValueAndUnknownKeysAreIgnored() throws IOException {
    assertThat(parse("nameserver\nsortlist 1.2.3.4\nsearch\n").isEmpty()).isTrue();
  }

  @Test
  void oversizedFileIsRefused() {
    assertThatThrownBy(() -> ResolvConf.parse(new byte[ResolvConf.LIMIT_BYTES + 1]))
        .hasMessage("resolv.conf: 262145 bytes; expected at most 262144");
  }

  @Test
  void anyBytesAreParsedAndTheTextReadsBackEqual() throws IOException {
    long seed = 20261121;
    Random random = new Random(seed);
    List<String> pieces =
        List.of("nameserver", "search", "domain", "options", " ", "\t", "\r", "\n", "#", ";", "a");
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--) {
        text.append(
            random.nextInt(4) == 0
                ? String.valueOf((char) random.nextInt(0x250))
                : pieces.get(random.nextInt(pieces.size())));
      }
      ResolvConf conf = parse(text.toString());
      assertThat(ResolvConf.parse(conf.bytes()))
          .as("seed %d round %d", seed, round)
          .isEqualTo(conf);
    }
  }
}
