package dev.urunj.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.oci.BadInputException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AliasNetsTest {
  @Test
  void netsOfBothFamiliesAreReadAndWritten() throws BadInputException {
    AliasNets nets = parse(" 169.254.99.0/24  fd00:99::/120 ");
    assertThat(nets.nets())
        .containsExactly(InetAddress.ofLiteral("169.254.99.0"), InetAddress.ofLiteral("fd00:99::"));
    assertThat(parse(nets.text())).isEqualTo(nets);
  }

  @Test
  void nothingIsNone() throws BadInputException {
    assertThat(parse("").nets()).isEmpty();
    assertThat(parse("").text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.99.0",
        "169.254.99.1/24",
        "169.254.99.0/16",
        "127.99.0.0/24",
        "0.0.0.0/24",
        "224.0.0.0/24",
        "fd00:99::/64",
        "fd00:99::1/120",
        "::/120",
        "ff02::/120",
        "web/24",
        "10.0.0.0/24,10.0.1.0/24"
      })
  void whatIsNoSuchNetIsRefused(String text) {
    assertThatThrownBy(() -> parse(text))
        .hasMessageContaining("network.alias_nets")
        .hasMessageContaining("is \"" + text + "\"; expected at most 8 nets");
  }

  @Test
  void nineAreTooMany() {
    assertThatThrownBy(() -> parse("10.0.0.0/24 ".repeat(9))).hasMessageContaining("at most 8");
  }

  private static AliasNets parse(String text) throws BadInputException {
    return AliasNets.parse("config.toml", "network.alias_nets", text);
  }
}
