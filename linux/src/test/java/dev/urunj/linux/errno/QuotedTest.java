package dev.urunj.linux.errno;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {
  @Test
  void quotesAndBackslashesAreEscaped() {
    assertThat(Quoted.of("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
  }

  @Test
  void controlCharactersAreEscaped() {
    assertThat(Quoted.of("a\nb\u001b[2J\u0085")).isEqualTo("\"a\\nb\\u001b[2J\\u0085\"");
  }

  @Test
  void charactersThatTurnTheDirectionOfWritingAreEscaped() {
    assertThat(Quoted.of("abc\u202egpj.exe")).isEqualTo("\"abc\\u202egpj.exe\"");
  }

  @Test
  void otherLanguagesAreLeftAsTheyAre() {
    assertThat(Quoted.of("Größe 大小")).isEqualTo("\"Größe 大小\"");
  }

  @Test
  void middleOfLongTextIsCut() {
    String quoted = Quoted.of("/start" + "x".repeat(200) + "/end");
    assertThat(quoted).startsWith("\"/start").contains("xxx...xxx").endsWith("/end\"");
    assertThat(quoted).hasSizeLessThanOrEqualTo(84);
  }

  @Test
  void lineIsEscapedAndCutButNotQuoted() {
    assertThat(Quoted.line("mtu less than device minimum"))
        .isEqualTo("mtu less than device minimum");
    assertThat(Quoted.line("a\nb\u001b")).isEqualTo("a\\nb\\u001b");
    assertThat(Quoted.line("x".repeat(300))).isEqualTo("x".repeat(200) + "...");
  }
}
