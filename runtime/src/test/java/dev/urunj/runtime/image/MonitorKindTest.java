package dev.urunj.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonitorKindTest {
  @Test
  void pairsAreThoseOfTheContract() {
    List<String> pairs = new ArrayList<>();
    for (MonitorKind monitor : MonitorKind.values()) {
      for (GuestKind guest : GuestKind.values()) {
        if (monitor.boots(guest)) {
          pairs.add(monitor.word() + " " + guest.word());
        }
      }
    }

    assertThat(pairs)
        .containsExactlyInAnyOrder(
            "qemu mewz",
            "qemu mirage",
            "qemu unikraft",
            "qemu linux",
            "qemu hermit",
            "firecracker linux",
            "firecracker unikraft",
            "firecracker freebsd",
            "hvt rumprun",
            "hvt mirage",
            "spt rumprun",
            "spt mirage",
            "cloud-hypervisor linux");
  }

  @Test
  void wordsOfTheMessagesAreTheWordsOfTheEnums() {
    for (MonitorKind monitor : MonitorKind.values()) {
      assertThat(MonitorKind.WORDS).contains(monitor.word());
      assertThat(MonitorKind.of(monitor.word())).isEqualTo(monitor);
    }
    for (GuestKind guest : GuestKind.values()) {
      assertThat(GuestKind.WORDS).contains(guest.word());
      assertThat(GuestKind.of(guest.word())).isEqualTo(guest);
    }
    for (WantedAccelerator accelerator : WantedAccelerator.values()) {
      assertThat(WantedAccelerator.WORDS).contains(accelerator.word());
      assertThat(WantedAccelerator.of(accelerator.word())).isEqualTo(accelerator);
    }
  }
}
