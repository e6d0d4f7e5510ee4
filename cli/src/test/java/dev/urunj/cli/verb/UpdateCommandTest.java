package dev.urunj.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateCommandTest {
  private static final long OVERHEAD = 1000;

  @ParameterizedTest
  @CsvSource({
    "1, 1001",
    "100b, 1100",
    "1k, 2024",
    "1K, 2024",
    "1kb, 2024",
    "1KiB, 2024",
    "2m, 2098152",
    "1g, 1073742824",
    "1t, 1099511628776"
  })
  void sizeIsThatOfTheGuestAndTheOverhead(String given, String expected) {
    assertThat(UpdateCommand.withOverhead(given, OVERHEAD)).isEqualTo(expected);
  }

  @Test
  void noLimitStaysNone() {
    assertThat(UpdateCommand.withOverhead("-1", OVERHEAD)).isEqualTo("-1");
  }

  @Test
  void zeroLeavesTheLimitAsItIs() {
    assertThat(UpdateCommand.withOverhead("0", OVERHEAD)).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "k",
        "1x",
        "1kk",
        "-2",
        "-x",
        "+1",
        "1.5g",
        "0x10",
        "1e3",
        "٣",
        "999999999999999p",
        "9007199254740992k",
        "9223372036854775807"
      })
  void whatIsNoSizeOrTooLargeIsRefused(String given) {
    assertThat(UpdateCommand.withOverhead(given, OVERHEAD)).isNull();
  }
}
