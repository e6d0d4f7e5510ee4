package dev.urunj.cli.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The conventions of Go's `flag` package, which callers were written for.
class ArgumentsTest {
  private static final List<Flag> FLAGS =
      List.of(
          Flag.value("bundle", 'b'),
          Flag.on("force", 'f'),
          Flag.value("memory-swap"),
          Flag.value("format"));

  @ParameterizedTest
  @ValueSource(strings = {"--bundle /b", "-bundle /b", "-b /b", "--b /b", "--bundle=/b", "-b=/b"})
  void valueFollowsOrIsAttachedToOneDashOrTwo(String words) throws UsageException {
    Arguments arguments = parse((words + " id").split(" "));
    assertThat(arguments.value("bundle")).isEqualTo("/b");
    assertThat(arguments.operands()).containsExactly("id");
  }

  @Test
  void valueMayBeEmptyOrHoldEqualsSigns() throws UsageException {
    assertThat(parse("--bundle=").value("bundle")).isEmpty();
    assertThat(parse("--bundle", "").value("bundle")).isEmpty();
    assertThat(parse("--bundle=a=b").value("bundle")).isEqualTo("a=b");
  }

  @Test
  void valueMayLookLikeAFlag() throws UsageException {
    assertThat(parse("--memory-swap", "-1", "id").value("memory-swap")).isEqualTo("-1");
  }

  @Test
  void formatIsJsonOrTheOtherOneOfTheCommand() throws UsageException {
    assertThat(parse().wantsJson("text")).isFalse();
    assertThat(parse("--format", "text").wantsJson("text")).isFalse();
    assertThat(parse("--format", "json").wantsJson("text")).isTrue();
    assertThatThrownBy(() -> parse("--format", "text").wantsJson("table"))
        .isInstanceOf(UsageException.class)
        .hasMessage("invalid format option: \"text\"");
  }

  @Test
  void lastOfSeveralValuesCounts() throws UsageException {
    assertThat(parse("-b", "1", "-b", "2").value("bundle")).isEqualTo("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--force=false", "--force=0", "-f=f", "-f=F", "-f=FALSE", "-f=False"})
  void flagIsTakenBackByEveryWordOfGoForFalse(String word) throws UsageException {
    assertThat(parse(word).has("force")).isFalse();
    assertThat(parse("-f", word).has("force")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--force", "--force=true", "--force=1", "-f=t", "-f=T", "-f=True"})
  void flagIsSetByEveryWordOfGoForTrue(String word) throws UsageException {
    assertThat(parse(word).has("force")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--force=", "--force=no", "--force=2", "--force=tRUE"})
  void flagIsNoOtherWord(String word) {
    assertThatThrownBy(() -> parse(word))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--force")
        .hasMessageContaining("neither true nor false");
  }

  @Test
  void twoDashesEndTheFlags() throws UsageException {
    assertThat(parse("-f", "--", "-b", "--", "x").operands()).containsExactly("-b", "--", "x");
  }

  @Test
  void oneDashIsAnOperand() throws UsageException {
    assertThat(parse("-", "-f").operands()).containsExactly("-");
  }

  @Test
  void flagsMayStandBehindOperands() throws UsageException {
    Arguments arguments = parse("id", "--force", "-b", "/b");
    assertThat(arguments.has("force")).isTrue();
    assertThat(arguments.operands()).containsExactly("id");
  }

  @Test
  void flagsBehindTheFirstOperandAreAnothersWhereItSaysSo() throws UsageException {
    Arguments arguments = Arguments.parse(List.of("-f", "id", "sh", "-f", "--", "-c"), FLAGS, true);
    assertThat(arguments.operands()).containsExactly("id", "sh", "-f", "--", "-c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--unknown", "-x", "--=x", "---force", "-fb", "--Force"})
  void unknownFlagIsSaid(String word) {
    assertThatThrownBy(() -> parse(word, "id"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown flag");
  }

  @Test
  void missingValueIsSaid() {
    assertThatThrownBy(() -> parse("id", "-b"))
        .isInstanceOf(UsageException.class)
        .hasMessage("flag needs a value: --bundle");
  }

  @Test
  void hugeHostileFlagIsCutAndEscaped() {
    assertThatThrownBy(() -> parse("--\n\u001b" + "x".repeat(10_000)))
        .isInstanceOf(UsageException.class)
        .message()
        .hasSizeLessThan(200)
        .doesNotContain("\n", "\u001b");
  }

  @Test
  void flagsAreToldAsTheyWereGiven() throws UsageException {
    List<String> told = new ArrayList<>();
    parse("-f", "-b", "1", "id").forEachFlag((name, value) -> told.add(name + " " + value));
    assertThat(told).containsExactly("force null", "bundle 1");
  }

  @Test
  void numberOfOperandsIsChecked() throws UsageException {
    assertThat(parse("a", "b").operands("kill", 1, 2)).hasSize(2);
    assertThatThrownBy(() -> parse().operands("kill", 1, 2))
        .hasMessage("\"kill\" requires a minimum of 1 argument(s), got 0");
    assertThatThrownBy(() -> parse("a", "b", "c").operands("kill", 1, 2))
        .hasMessage("\"kill\" requires a maximum of 2 argument(s), got 3");
    assertThatThrownBy(() -> parse().operands("start", 1, 1))
        .hasMessage("\"start\" requires exactly 1 argument(s), got 0");
  }

  private static Arguments parse(String... words) throws UsageException {
    return Arguments.parse(List.of(words), FLAGS, false);
  }
}
