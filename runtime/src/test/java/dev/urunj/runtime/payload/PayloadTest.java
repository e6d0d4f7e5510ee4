package dev.urunj.runtime.payload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PayloadTest {
  @ParameterizedTest
  @EnumSource
  void theBuildHasMadeIt(Payload each) throws Exception {
    assertThat(each.bytes()).hasSizeGreaterThan(100).isEqualTo(each.find());
  }

  /// Every start adds it to an initrd, and every guest holds it in its memory.
  @Test
  void guestsInitIsSmall() throws Exception {
    assertThat(Payload.GUEST_INIT.bytes()).hasSizeLessThanOrEqualTo(24 << 10);
  }
}
