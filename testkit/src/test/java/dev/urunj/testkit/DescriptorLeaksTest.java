package dev.urunj.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import org.junit.jupiter.api.Test;

class DescriptorLeaksTest {
  @Test
  void leakIsNamed() throws Exception {
    DescriptorLeaks leaks = DescriptorLeaks.watch();
    try (FileInputStream _ = new FileInputStream("/dev/zero")) {
      assertThatThrownBy(leaks::close)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("/dev/zero");
    }
    assertThatCode(leaks::close).doesNotThrowAnyException();
  }
}
