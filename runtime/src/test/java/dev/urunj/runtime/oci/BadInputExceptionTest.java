package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BadInputExceptionTest {
  @Test
  void messageIsWhereKeyProblemAndExpectation() {
    assertThat(new BadInputException("config.json", "root.path", "is missing", "a path"))
        .hasMessage("config.json: root.path: is missing; expected a path");
  }

  @Test
  void emptyPartsAreLeftOut() {
    assertThat(new BadInputException("", "", "is missing", "a path"))
        .hasMessage("is missing; expected a path");
  }

  @Test
  void controlCharactersOfAllPartsAreEscaped() {
    assertThat(new BadInputException("a\nb", "k\u001b[31m", "p\r", "e\t\u202e\u2028"))
        .hasMessage("a\\nb: k\\u001b[31m: p\\r; expected e\\t\\u202e\\u2028");
  }

  @Test
  void causeIsKept() {
    Exception cause = new Exception();

    assertThat(new BadInputException("w", "k", "p", "e", cause)).hasCause(cause);
  }

  @Test
  void quoteEscapesQuotesBackslashesAndNul() {
    assertThat(BadInputException.quote("a\"b\\c\0")).isEqualTo("\"a\\\"b\\\\c\\u0000\"");
  }

  @Test
  void quoteKeepsEightyCharactersAndCutsTheRest() {
    assertThat(BadInputException.quote("x".repeat(80))).isEqualTo('"' + "x".repeat(80) + '"');
    assertThat(BadInputException.quote("x".repeat(81)))
        .isEqualTo('"' + "x".repeat(80) + "\"... (81 characters)");
  }

  @Test
  void quoteNeverCutsAnEscapeInTwo() {
    assertThat(BadInputException.quote("x".repeat(78) + "\0"))
        .isEqualTo('"' + "x".repeat(78) + "\"... (79 characters)");
  }

  @Test
  void quoteEscapesHalfASurrogatePairAndKeepsAWholeOne() {
    assertThat(BadInputException.quote("\ud800")).isEqualTo("\"\\ud800\"");
    assertThat(BadInputException.quote("😀")).isEqualTo("\"😀\"");
  }

  @Test
  void anyTextMakesOneShortPrintableLine() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(200); i > 0; i--) {
        text.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(65536)));
      }
      String quoted = BadInputException.quote(text.toString());
      assertThat(quoted).as("seed %d", seed).hasSizeLessThan(80 + 30);
      assertThat(quoted.codePoints())
          .as("seed %d", seed)
          .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x202e);
    }
  }

  @Test
  void longKeyIsCut() {
    String key = "annotations." + "k".repeat(5000);

    assertThat(new BadInputException("f", key, "is a number", "a string"))
        .hasMessage("f: " + key.substring(0, 160) + "...: is a number; expected a string");
  }

  @Test
  void keyThatIsFullOfControlCharactersIsCutToo() {
    assertThat(new BadInputException("f", "\u001b".repeat(5000), "p", "e").getMessage())
        .startsWith("f: \\u001b\\u001b")
        .endsWith("...: p; expected e")
        .hasSizeLessThan(200);
  }
}
