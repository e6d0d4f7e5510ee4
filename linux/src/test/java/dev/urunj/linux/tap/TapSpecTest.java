package dev.urunj.linux.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TapSpecTest {
  @Test
  void interfaceNameOfFifteenBytesIsAccepted() {
    assertThat(new TapSpec("tap01234_urunc1", 0, 0, false).name()).hasSize(15);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "tap01234567_urun",
        "ééééééééé",
        "a/b",
        "a b",
        "a:b",
        "tap%d",
        "a\tb",
        "a\0b"
      })
  void nameThatTheKernelWouldRefuseOrChangeIsRejected(String name) {
    assertThatThrownBy(() -> new TapSpec(name, 0, 0, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("interface name \"");
  }

  @Test
  void negativeOwnerIsRejected() {
    assertThatThrownBy(() -> new TapSpec("tap0_urunc", -1, 0, false))
        .hasMessage("owner -1:0 of a TAP: expected ids from 0 on");
  }
}
