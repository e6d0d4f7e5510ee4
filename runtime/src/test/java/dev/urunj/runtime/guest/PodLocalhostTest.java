package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodLocalhostTest {
  static final PodLocalhost BOTH =
      new PodLocalhost(
          Inet4Address.ofLiteral("169.254.223.1"), (Inet6Address) InetAddress.ofLiteral("fd75::1"));

  @Test
  void everyFamilyHasAVariableAndALineOfHosts() {
    assertThat(BOTH.environment(List.of("A=1")))
        .containsExactly(
            "A=1", "URUNJ_POD_LOCALHOST=169.254.223.1", "URUNJ_POD_LOCALHOST6=fd75:0:0:0:0:0:0:1");
    assertThat(BOTH.hosts())
        .containsExactly("169.254.223.1 pod-localhost", "fd75:0:0:0:0:0:0:1 pod-localhost");
  }

  @Test
  void withoutAliasesNothingIsTold() {
    assertThat(PodLocalhost.NONE.environment(List.of("A=1"))).containsExactly("A=1");
    assertThat(PodLocalhost.NONE.hosts()).isEmpty();
  }

  @Test
  void variableOfTheContainerStays() {
    List<String> env = List.of("URUNJ_POD_LOCALHOST=");
    assertThat(BOTH.withoutIpv6().environment(env)).isEqualTo(env);
  }
}
