package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "...", ".a", "-", "A_9+-.z", "5f0c"})
  void plainNamesAreAccepted(String id) throws BadInputException {
    assertThat(ContainerId.of(id).value()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".", "..", "a/b", "../a", "a b", "a\n", "\n", "a\0", "é", "a:b", "a'b", "٣", "a\u202e"
      })
  void otherNamesAreRefusedInRuncsWords(String id) {
    assertThatThrownBy(() -> ContainerId.of(id))
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith("invalid container ID format: \"")
        .endsWith("; expected 1 to 1024 characters of A-Z a-z 0-9 _ + - . and not \".\" or \"..\"")
        .matches("[^\\p{Cntrl}\\u202e]*");
  }

  @Test
  void emptyNameIsRefusedInRuncsWords() {
    assertThatThrownBy(() -> ContainerId.of(""))
        .hasMessageStartingWith("container id cannot be empty; expected ");
  }

  @Test
  void lengthIsBounded() throws BadInputException {
    assertThat(ContainerId.of("a".repeat(1024)).value()).hasSize(1024);
    assertThatThrownBy(() -> ContainerId.of("a".repeat(1025)))
        .hasMessageContaining("... (1025 characters)");
  }

  @Test
  void acceptsWhatRuncsPatternAccepts() {
    Pattern pattern = Pattern.compile("[\\w+\\-.]+");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 5000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(4); i >= 0; i--) {
        text.append((char) random.nextInt(160));
      }
      String id = text.toString();
      boolean expected = pattern.matcher(id).matches() && !id.equals(".") && !id.equals("..");
      assertThat(isAccepted(id)).as("seed %d: %s", seed, id).isEqualTo(expected);
    }
  }

  private static boolean isAccepted(String id) {
    try {
      ContainerId.of(id);
      return true;
    } catch (BadInputException e) {
      return false;
    }
  }
}
