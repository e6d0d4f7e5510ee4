package dev.urunj.linux.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SettingDefaultsTest {
  private final SettingDefaults defaults = new SettingDefaults("a/one 1", "a/two 2\t3", "a/three ");

  @Test
  void valuesThatTheKernelGivesAreLeftOut() {
    assertThat(defaults.differing(Arrays.asList("1", "2\t3", ""))).isEmpty();
  }

  @Test
  void otherValuesComeWithTheirNames() {
    assertThat(defaults.names()).containsExactly("a/one", "a/two", "a/three");
    assertThat(defaults.differing(Arrays.asList("0", "2\t4", "5")))
        .containsExactly("a/one 0", "a/two 2\t4", "a/three 5");
  }

  @Test
  void settingThatTheKernelHasNotIsNone() {
    assertThat(defaults.differing(Arrays.asList(null, "4", ""))).containsExactly("a/two 4");
  }
}
