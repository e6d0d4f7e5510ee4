package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameServiceTest {
  private static final PodLocalhost BOTH = PodLocalhostTest.BOTH;
  private static final String ALIAS6 = "fd75:0:0:0:0:0:0:1";

  private static NameService of(PodLocalhost localhost, String... nameservers) {
    return NameService.of(
        new ResolvConf(List.of(nameservers), List.of("a", "b"), List.of("ndots:5")), localhost);
  }

  @Test
  void loopbackBecomesTheAliasOfItsFamilyInItsPlace() {
    NameService names = of(BOTH, "10.0.0.1", "127.0.0.11", "::1", "fd00::1");
    assertThat(names.conf().nameservers())
        .containsExactly("10.0.0.1", "169.254.223.1", ALIAS6, "fd00::1");
    assertThat(names.conf().search()).containsExactly("a", "b");
    assertThat(names.conf().options()).containsExactly("ndots:5");
    assertThat(names.isRewritten()).isTrue();
    assertThat(names.notes()).isEmpty();
  }

  @Test
  void aliasStandsThereOnce() {
    assertThat(of(BOTH, "127.0.0.53", "10.0.0.1", "127.0.0.11").conf().nameservers())
        .containsExactly("169.254.223.1", "10.0.0.1");
  }

  @Test
  void guestWithOneFamilyAsksByThatOne() {
    NameService ipv4 = of(BOTH.withoutIpv6(), "::1", "127.0.0.1");
    assertThat(ipv4.conf().nameservers()).containsExactly("169.254.223.1");
    assertThat(ipv4.notes())
        .containsExactly(
            "nameserver \"::1\": the guest has no address of that family and asks at the pod's 127.0.0.1");
    NameService ipv6 = of(new PodLocalhost(null, BOTH.ipv6()), "127.0.0.1");
    assertThat(ipv6.conf().nameservers()).containsExactly(ALIAS6);
    assertThat(ipv6.notes()).singleElement().asString().endsWith("asks at the pod's ::1");
  }

  @Test
  void withoutAliasTheNameserverStaysAndIsNoted() {
    NameService names = of(PodLocalhost.NONE, "127.0.0.11", "10.0.0.1");
    assertThat(names.conf().nameservers()).containsExactly("127.0.0.11", "10.0.0.1");
    assertThat(names.isRewritten()).isFalse();
    assertThat(names.notes())
        .containsExactly(
            "nameserver \"127.0.0.11\": the guest cannot reach a loopback address of its pod");
  }

  @Test
  void reachableNameserversStayAsTheyAreWritten() {
    NameService names = of(BOTH, "1.1.1.1", "fd00:0::1", "fe80::1%eth0", "no-address", "127.x");
    assertThat(names.conf().nameservers())
        .containsExactly("1.1.1.1", "fd00:0::1", "fe80::1%eth0", "no-address", "127.x");
    assertThat(names.isRewritten()).isFalse();
    assertThat(names.notes()).isEmpty();
  }

  @Test
  void loopbackIsKnownInEverySpelling() {
    List<String> spellings =
        List.of("127.0.0.53", "127.255.255.254", "::1", "0::1%lo", "::ffff:127.0.0.1", "0.0.0.0");
    ResolvConf conf = new ResolvConf(spellings, List.of(), List.of());
    assertThat(conf.loopbackNameservers())
        .containsExactly(
            InetAddress.ofLiteral("127.0.0.53"),
            InetAddress.ofLiteral("127.255.255.254"),
            InetAddress.ofLiteral("::1"),
            InetAddress.ofLiteral("::1"),
            InetAddress.ofLiteral("127.0.0.1"),
            InetAddress.ofLiteral("0.0.0.0"));
  }
}
