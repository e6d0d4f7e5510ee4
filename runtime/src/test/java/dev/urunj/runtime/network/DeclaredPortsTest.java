package dev.urunj.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.oci.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclaredPortsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "80 | 80/tcp",
        "80/TCP, 53/udp ,8000-8010/tcp | 80/tcp,53/udp,8000-8010/tcp",
        "7-7/udp | 7/udp",
        "1-128 | 1-128/tcp",
        "65535 | 65535/tcp"
      })
  void portsAreReadAndWritten(String text, String canonical) throws BadInputException {
    assertThat(parse(text).text()).isEqualTo(canonical);
    assertThat(parse(canonical)).isEqualTo(parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "65536",
        "99999999999",
        "-1",
        "80-",
        "-80",
        "90-80",
        "80/sctp",
        "80/",
        "80/tcp/udp",
        "80,",
        ",80",
        "80,,81",
        "http",
        "80 81",
        "8o",
        "\u0668\u0660",
        "80\n"
      })
  void whatIsNoPortIsRefusedInOneLine(String text) {
    assertThatThrownBy(() -> parse(text.replace("80\n", "80\n81")))
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith("f: dev.urunj.ports: is ")
        .contains("8000-8010/tcp")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1-129", "1-128,129/udp", "1-65535", "1-100,1-100"})
  void moreThanTheMostAreRefused(String text) {
    assertThatThrownBy(() -> parse(text)).hasMessageContaining("names more than 128 ports");
  }

  @Test
  void longListEndsEarly() {
    assertThatThrownBy(() -> parse("1,".repeat(1 << 20))).hasMessageContaining("more than 128");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "80 | 80 | 80/tcp",
        "80 | 80/udp | -",
        "53/udp,80 | 8080,70-90 | 80/tcp",
        "10-20/udp | 15-30/udp | 15/udp",
        "10-20 | 21-30 | -"
      })
  void sharedPortIsNamed(String one, String two, String shared) throws BadInputException {
    assertThat(parse(one).firstShared(parse(two))).isEqualTo(shared);
    assertThat(parse(two).firstShared(parse(one))).isEqualTo(shared);
  }

  private static DeclaredPorts parse(String text) throws BadInputException {
    return DeclaredPorts.parse("f", "dev.urunj.ports", text);
  }
}
