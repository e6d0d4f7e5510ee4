package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.host.ContainerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
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
  void sizeIsThatOfTheGuestAndTheOverhead(String given, String expected) throws ContainerException {
    assertThat(withOverhead(given)).isEqualTo(expected);
  }

  @Test
  void noLimitStaysNone() throws ContainerException {
    assertThat(withOverhead("-1")).isEqualTo("-1");
  }

  @Test
  void zeroLeavesTheLimitAsItIs() throws ContainerException {
    assertThat(withOverhead("0")).isEqualTo("0");
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
    assertThat(MemorySize.parse(given)).isNull();
  }

  @Test
  void largestLimitHasNoRoomForAnOverhead() {
    assertThatThrownBy(() -> withOverhead("8796093022207m", 2 << 20))
        .isInstanceOf(ContainerException.class)
        .hasMessage("\"8796093022207m\" is larger than any limit of memory");
  }

  private static String withOverhead(String size) throws ContainerException {
    return withOverhead(size, OVERHEAD);
  }

  private static String withOverhead(String size, long overhead) throws ContainerException {
    return requireNonNull(MemorySize.parse(size)).withOverhead(overhead);
  }
}
