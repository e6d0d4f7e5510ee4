package dev.urunj.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BootMemoryTest {
  private static final long MIB = 1 << 20;

  @Test
  void memoryBelowKernelAndInitrdIsRefusedWithItsNumbers() {
    BootMemory needed = new BootMemory(67 * MIB, 3 * MIB);
    assertThat(needed.leastMib()).isEqualTo(73);
    assertThatCode(() -> needed.check("config.json", 73)).doesNotThrowAnyException();
    assertThatThrownBy(() -> needed.check("config.json", 72))
        .hasMessage(
            "config.json: linux.resources.memory.limit: the guest's memory is 72 MiB; its kernel"
                + " unpacks up to 67 MiB and its initrd takes 3 MiB twice, packed and unpacked;"
                + " expected at least 73 MiB");
  }

  @Test
  void hostileHeaderIsAnEndThatFits() {
    assertThat(new BootMemory(Long.MAX_VALUE, Long.MAX_VALUE / 4).leastMib())
        .isEqualTo(GuestMemory.LARGEST_MIB);
  }
}
