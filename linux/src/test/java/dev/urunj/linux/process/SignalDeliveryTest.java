package dev.urunj.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalDeliveryTest {
  private static final int SIGTERM = 15;

  /// 0x4000 is bit 14, which is SIGTERM's.
  @ParameterizedTest
  @CsvSource({
    "4711 1, 0000000000000000, false",
    "4711 1, 0000000000004000, true",
    "4711 1, ffffffffffffbfff, false",
    "4711 1, ffffffffffffffff, true",
    "4711 11, 0000000000000000, true",
    "4711 1 12, 0000000000000000, true",
    "4711, 0000000000000000, true",
    "1, 0000000000000000, false"
  })
  void onlyTheFirstProcessOfANamespaceNeedsAHandler(String ids, String caught, boolean reaches)
      throws IOException {
    assertThat(SignalDelivery.reaches(status(ids, caught), SIGTERM)).isEqualTo(reaches);
  }

  @Test
  void highestSignalHasABitToo() throws IOException {
    assertThat(SignalDelivery.reaches(status("9 1", "8000000000000000"), 64)).isTrue();
    assertThat(SignalDelivery.reaches(status("9 1", "7fffffffffffffff"), 64)).isFalse();
  }

  /// A process gives itself its name, so this is no line.
  @Test
  void nameOfAProcessIsNoField() throws IOException {
    String named = "Name:\tSigCgt:\tff\n" + status("9 1", "0000000000000000");
    assertThat(SignalDelivery.reaches(named, SIGTERM)).isFalse();
  }

  @Test
  void thisProcessIsReached() throws IOException {
    assertThat(SignalDelivery.reaches((int) ProcessHandle.current().pid(), SIGTERM)).isTrue();
  }

  @Test
  void fileWithoutTheLinesIsAnError() {
    assertThatThrownBy(() -> SignalDelivery.reaches("Name:\tx\nNSpid:\t7\t1\n", SIGTERM))
        .isInstanceOf(IOException.class)
        .hasMessage("not a file /proc/PID/status: has no line SigCgt:");
    assertThatThrownBy(() -> SignalDelivery.reaches(status("7 1", "none"), SIGTERM))
        .hasMessage("not a mask of /proc/PID/status: expected a number");
  }

  private static String status(String ids, String caught) {
    return "Name:\tx\nNSpid:\t"
        + ids.replace(' ', '\t')
        + "\nSigCgt:\t"
        + caught
        + "\nNoNewPrivs:\t0\n";
  }
}
