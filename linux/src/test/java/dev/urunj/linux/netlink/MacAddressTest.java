package dev.urunj.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {
  @Test
  void textIsReadInEitherCaseAndPrintedInLowerCase() {
    assertThat(MacAddress.parse("02:00:5E:1a:00:Ff")).hasToString("02:00:5e:1a:00:ff");
  }

  @Test
  void bytesComeBackAsTheyWere() {
    byte[] bytes = {(byte) 0xfe, 1, 2, (byte) 0x80, 0, 9};
    MacAddress mac = MacAddress.of(bytes);
    assertThat(mac.toBytes()).isEqualTo(bytes);
    assertThat(mac).isEqualTo(MacAddress.parse("fe:01:02:80:00:09"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "02:00:5e:10:00",
        "02:00:5e:10:00:1",
        "02-00-5e-10-00-01",
        "02:00:5e:10:00:0g",
        "02:00:5e:10:00:01:",
        "+2:00:5e:10:00:01",
        "０2:00:5e:10:00:01"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> MacAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected an Ethernet address like 02:00:5e:10:00:01");
  }
}
