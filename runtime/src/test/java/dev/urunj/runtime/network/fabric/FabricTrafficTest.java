package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.network.PathTraffic;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FabricTrafficTest {
  @Test
  void whatBeginsWithAPlaceIsInItsGroupAndDropsAreDrops() {
    for (FabricCounter counter : FabricCounter.values()) {
      String expected =
          switch (counter.name().replaceFirst("_.*", "")) {
            case "NET" -> "pod-interface";
            case "GUEST" -> "guest";
            case "LO" -> "loopback";
            default -> "any";
          };
      assertThat(FabricTraffic.group(counter).word()).as(counter.name()).isEqualTo(expected);
      assertThat(FabricTraffic.isDrop(counter))
          .as(counter.name())
          .isEqualTo(counter.name().contains("DROP"));
    }
  }

  @Test
  void wordsTellTheWaysOfAGroupApart() {
    List<String> all =
        Stream.of(FabricCounter.values())
            .map(counter -> FabricTraffic.group(counter) + FabricTraffic.words(counter))
            .toList();
    assertThat(all).doesNotHaveDuplicates();
  }

  @Test
  void nameIsThatOfTheCounterForMachines() {
    FabricCounter.Traffic traffic = new FabricCounter.Traffic(FabricCounter.NET_TO_GUEST, 3, 180);
    assertThat(FabricTraffic.of(List.of(traffic)))
        .containsExactly(
            new PathTraffic(
                "net-to-guest", PathTraffic.Group.POD_INTERFACE, "for a guest", false, 3, 180));
  }
}
