package dev.urunj.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MapSpecTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "sixteen_letters_", "no space", "umlaut\u00e4", "a/b"})
  void nameThatTheKernelDoesNotTakeIsRefused(String name) {
    assertThatThrownBy(() -> new MapSpec(name, 2, 4, 4, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("expected 1 to 15 letters, digits, \"_\" or \".\"");
  }

  @ParameterizedTest
  @CsvSource({"0,4,1", "4,0,1", "-1,4,1", "4,1048577,1", "4,4,0", "4,4,-1"})
  void sizeThatNoMapHasIsRefused(int keySize, int valueSize, int maxEntries) {
    assertThatThrownBy(() -> new MapSpec("map", 2, keySize, valueSize, maxEntries, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyPerCpuMapsHaveAValuePerCpu() {
    assertThat(new MapSpec("map", MapSpec.BPF_MAP_TYPE_PERCPU_ARRAY, 4, 4, 1, 0).isPerCpu())
        .isTrue();
    assertThat(new MapSpec("map", MapSpec.BPF_MAP_TYPE_ARRAY, 4, 4, 1, 0).isPerCpu()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"0;1", "0-3;4", "0,2-5;5", "0-1,4,8-11;7"})
  void listOfCpusIsCounted(String list, int count) {
    assertThat(PossibleCpus.count(list)).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1-", "3-1"})
  void listOfCpusThatIsNoneIsRefused(String list) {
    assertThatThrownBy(() -> PossibleCpus.count(list)).isInstanceOf(NumberFormatException.class);
  }
}
