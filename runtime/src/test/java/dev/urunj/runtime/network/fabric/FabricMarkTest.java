package dev.urunj.runtime.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FabricMarkTest {
  @Test
  void whatIsWrittenIsRead() {
    FabricMark all = new FabricMark(true, true, 2, true, FabricMark.CLSACT, 7);
    assertThat(FabricMark.of(all.metric())).isEqualTo(all);
    FabricMark little = new FabricMark(false, false, 0, false, null, 2);
    assertThat(FabricMark.of(little.metric())).isEqualTo(little);
  }

  @Test
  void bigIndexIsRead() {
    FabricMark mark = new FabricMark(false, true, 1, true, FabricMark.CLSACT, (1 << 25) - 1);
    assertThat(FabricMark.of(mark.metric())).isEqualTo(mark);
  }

  @Test
  void indexThatIsTooBigIsLeftOutAndTheMetricIsNotZero() {
    FabricMark mark = new FabricMark(false, false, 0, false, null, 1 << 25);
    assertThat(mark.metric()).isNotZero();
    assertThat(FabricMark.of(mark.metric()).podIndex()).isZero();
  }

  @Test
  void markOfAVersionThatAddedAnIngressIsRead() {
    FabricMark mark = FabricMark.of(7 << 6 | 32 | 16 | 2);
    assertThat(mark.podQdisc()).isEqualTo("ingress");
    assertThat(mark.podIndex()).isEqualTo(7);
    assertThat(mark.metric()).isEqualTo(7 << 6 | 32 | 16 | 2);
  }
}
