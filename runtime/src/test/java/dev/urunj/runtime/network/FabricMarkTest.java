package dev.urunj.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FabricMarkTest {
  @Test
  void whatIsWrittenIsRead() {
    FabricMark all = new FabricMark(true, true, 2, true, true, 7);
    assertThat(FabricMark.of(all.metric())).isEqualTo(all);
    FabricMark little = new FabricMark(false, false, 0, false, false, 2);
    assertThat(FabricMark.of(little.metric())).isEqualTo(little);
  }

  @Test
  void bigIndexIsRead() {
    FabricMark mark = new FabricMark(false, true, 1, true, false, (1 << 26) - 1);
    assertThat(FabricMark.of(mark.metric())).isEqualTo(mark);
  }

  @Test
  void indexThatIsTooBigIsLeftOutAndTheMetricIsNotZero() {
    FabricMark mark = new FabricMark(false, false, 0, false, false, 1 << 26);
    assertThat(mark.metric()).isNotZero();
    assertThat(FabricMark.of(mark.metric()).podIndex()).isZero();
  }
}
