package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalsTest {
  @ParameterizedTest
  @CsvSource({
    "TERM, 15",
    "SIGTERM, 15",
    "term, 15",
    "sigterm, 15",
    "15, 15",
    "015, 15",
    "0, 0",
    "KILL, 9",
    "HUP, 1",
    "SYS, 31",
    "WINCH, 28",
    "USR1, 10",
    "USR2, 12",
    "CHLD, 17",
    "CONT, 18",
    "STOP, 19",
    "PWR, 30",
    "64, 64",
    "RTMIN, 34",
    "SIGRTMIN+3, 37",
    "RTMIN+0, 34",
    "RTMIN+30, 64",
    "RTMAX, 64",
    "rtmax-30, 34"
  })
  void isUnderstoodByNameAndNumber(String text, int number) throws BadInputException {
    assertThat(Signals.parse(text)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SIG",
        "65",
        "999",
        "4294967311",
        "-1",
        "+9",
        "9 ",
        " 9",
        "NONE",
        "SIGSIGTERM",
        "RTMIN+31",
        "RTMIN-1",
        "RTMAX-31",
        "RTMAX+1",
        "RTMIN+",
        "RTMIN+x",
        "9.0",
        "0x9",
        "ΚILL",
        "TERM\nKILL"
      })
  void whatIsNoSignalIsOneClearLine(String text) {
    assertThatThrownBy(() -> Signals.parse(text))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is unknown")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void hugeNameIsCut() {
    assertThatThrownBy(() -> Signals.parse("x".repeat(100_000)))
        .isInstanceOf(BadInputException.class)
        .message()
        .hasSizeLessThan(200);
  }

  @Test
  void requestsToStopAreThoseThatImagesChoose() throws BadInputException {
    for (String name : new String[] {"TERM", "INT", "QUIT", "PWR", "RTMIN+3"}) {
      assertThat(Signals.asksToStop(Signals.parse(name))).as(name).isTrue();
    }
    for (String name : new String[] {"KILL", "WINCH", "HUP", "USR1", "RTMIN", "CONT"}) {
      assertThat(Signals.asksToStop(Signals.parse(name))).as(name).isFalse();
    }
  }
}
