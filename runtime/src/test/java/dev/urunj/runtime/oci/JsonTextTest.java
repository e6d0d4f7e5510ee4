package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.oci.JsonText.Change;
import dev.urunj.runtime.oci.JsonText.Member;
import dev.urunj.runtime.oci.JsonText.Span;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  private static final String TEXT =
      "\n{ \"a\\u0062\" : [1 , \"x]\\\"\",{} ,[ ] , -1.5e3] ,\t\"n\":null,\"o\":{\"p\":{\"q\":true}}}\r\n";

  private final JsonText json = new JsonText(TEXT);

  @Test
  void membersAndElementsAreFoundWhereTheyAre() {
    assertThat(json.members(json.root())).extracting(Member::name).containsExactly("ab", "n", "o");
    Span array = Objects.requireNonNull(json.member(json.root(), "ab"));
    assertThat(json.elements(array))
        .extracting(span -> TEXT.substring(span.from(), span.to()))
        .containsExactly("1", "\"x]\\\"\"", "{}", "[ ]", "-1.5e3");
    assertThat(json.string(json.elements(array).get(1))).isEqualTo("x]\"");
  }

  @Test
  void memberOfWhatIsNoObjectIsNotThere() {
    assertThat(json.member(json.member(json.root(), "n"), "p")).isNull();
    assertThat(json.member(json.member(json.root(), "missing"), "p")).isNull();
  }

  @Test
  void changesLeaveEverythingElse() {
    Span n = Objects.requireNonNull(json.member(json.root(), "n"));
    Span q =
        Objects.requireNonNull(json.member(json.member(json.member(json.root(), "o"), "p"), "q"));
    Span behind = new Span(q.to(), q.to());
    assertThat(json.with(List.of(new Change(n, "7"), new Change(behind, ",\"r\":0"))))
        .isEqualTo(TEXT.replace("null", "7").replace("true", "true,\"r\":0"));
    assertThat(json.with(List.of())).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\"b\\c", "\n\t\u0001", "ü\u2028😀"})
  void quotedStringIsReadAgain(String value) throws Exception {
    String text = "{\"a\":" + JsonText.quoted(value) + "}";
    assertThat(Json.parse(text, "test").get("a").getAsString()).isEqualTo(value);
    JsonText quoted = new JsonText("\uFEFF" + text);
    assertThat(quoted.string(Objects.requireNonNull(quoted.member(quoted.root(), "a"))))
        .isEqualTo(value);
  }
}
