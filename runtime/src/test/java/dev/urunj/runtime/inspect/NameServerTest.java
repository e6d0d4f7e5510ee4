package dev.urunj.runtime.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.guest.PodLocalhost;
import dev.urunj.runtime.guest.ResolvConf;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameServerTest {
  private static final ResolvConf RESOLVER =
      new ResolvConf(List.of("10.96.0.10", "127.0.0.11", "nonsense"), List.of(), List.of());

  @Test
  void loopbackNameServerIsSeenAtTheAlias() {
    Inet4Address alias = (Inet4Address) InetAddress.ofLiteral("169.254.223.1");
    assertThat(NameServer.of(RESOLVER, new PodLocalhost(alias, null)))
        .containsExactly(
            new NameServer("10.96.0.10", "10.96.0.10"),
            new NameServer("127.0.0.11", "169.254.223.1"),
            new NameServer("nonsense", "nonsense"));
  }

  @Test
  void loopbackNameServerIsOutOfReachWhereLocalhostIsNotShared() {
    assertThat(NameServer.of(RESOLVER, PodLocalhost.NONE))
        .contains(new NameServer("127.0.0.11", null));
  }
}
