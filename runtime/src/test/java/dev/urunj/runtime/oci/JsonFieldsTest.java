package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {
  private static JsonFields fields(String text) throws BadInputException {
    return new JsonFields(Json.parse(text, "f"), "f");
  }

  @Test
  void membersAreReadByType() throws BadInputException {
    JsonFields fields =
        fields("{\"s\":\"x\",\"n\":-5,\"b\":true,\"l\":[\"a\",\"b\"],\"o\":{\"k\":[1,2]}}");

    assertThat(fields.string("s")).isEqualTo("x");
    assertThat(fields.number("n")).isEqualTo(-5);
    assertThat(fields.flag("b")).isTrue();
    assertThat(fields.strings("l")).containsExactly("a", "b");
    assertThat(fields.object("o").numbers("k")).containsExactly(1L, 2L);
  }

  @Test
  void nullCountsAsAbsent() throws BadInputException {
    JsonFields fields = fields("{\"a\":null}");

    assertThat(fields.has("a")).isFalse();
    assertThat(fields.optionalString("a")).isEmpty();
    assertThat(fields.optionalNumber("a")).isEmpty();
    assertThat(fields.strings("a")).isEmpty();
    assertThat(fields.numbers("a")).isEmpty();
    assertThat(fields.objects("a")).isEmpty();
    assertThat(fields.stringMap("a")).isEmpty();
    assertThat(fields.flag("a")).isFalse();
    assertThat(fields.object("a").object("b").has("c")).isFalse();
  }

  @Test
  void missingMemberIsNamedWithItsWholeWay() throws BadInputException {
    JsonFields fields = fields("{}");

    assertThatThrownBy(() -> fields.object("a").object("b").string("c"))
        .hasMessage("f: a.b.c: is missing; expected a string");
  }

  @Test
  void wrongElementOfAnArrayIsNamedByItsIndex() throws BadInputException {
    JsonFields fields = fields("{\"a\":[\"x\",{}],\"m\":[{\"o\":[1]}]}");

    assertThatThrownBy(() -> fields.strings("a"))
        .hasMessage("f: a[1]: is an object; expected a string");
    assertThatThrownBy(() -> fields.objects("m").getFirst().strings("o"))
        .hasMessage("f: m[0].o[0]: is a number; expected a string");
  }

  @ParameterizedTest
  @CsvSource({
    "1, a number",
    "true, a boolean",
    "[], an array",
    "{}, an object",
  })
  void otherTypesAreNoStrings(String value, String kind) throws BadInputException {
    JsonFields fields = fields("{\"a\":" + value + "}");

    assertThatThrownBy(() -> fields.optionalString("a"))
        .hasMessage("f: a: is " + kind + "; expected a string");
  }

  @Test
  void nullInAnArrayOfStringsIsRefused() throws BadInputException {
    JsonFields fields = fields("{\"a\":[null]}");

    assertThatThrownBy(() -> fields.strings("a")).hasMessage("f: a[0]: is null; expected a string");
  }

  @Test
  void stringsAreNotReadAsNumbersOrFlags() throws BadInputException {
    JsonFields fields = fields("{\"a\":\"1\",\"b\":\"true\"}");

    assertThatThrownBy(() -> fields.number("a"))
        .hasMessage("f: a: is a string; expected an integer");
    assertThatThrownBy(() -> fields.flag("b"))
        .hasMessage("f: b: is a string; expected true or false");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.5", "1e3", "9223372036854775808", "-9223372036854775809", "1E400", "1.0"})
  void numbersThatAreNoLongAreRefused(String number) throws BadInputException {
    JsonFields fields = fields("{\"a\":" + number + "}");

    assertThatThrownBy(() -> fields.optionalNumber("a"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("f: a: is \"" + number + "\"; expected an integer");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE, Long.MIN_VALUE})
  void everyLongIsReadExactly(long number) throws BadInputException {
    assertThat(fields("{\"a\":" + number + "}").number("a")).isEqualTo(number);
  }

  @Test
  void textWithNulIsRefused() throws BadInputException {
    JsonFields fields = fields("{\"a\":\"x\\u0000y\",\"b\":[\"\\u0000\"]}");

    assertThatThrownBy(() -> fields.string("a"))
        .hasMessage("f: a: \"x\\u0000y\" has a NUL in it; expected text without NUL");
    assertThatThrownBy(() -> fields.strings("b")).isInstanceOf(BadInputException.class);
  }

  @Test
  void mapKeepsTheOrderOfTheFile() throws BadInputException {
    JsonFields fields = fields("{\"m\":{\"z\":\"1\",\"a\":\"2\",\"n\":null}}");

    assertThat(List.copyOf(fields.stringMap("m").entrySet()))
        .extracting(Object::toString)
        .containsExactly("z=1", "a=2", "n=");
  }

  @Test
  void hostileNameInTheWayIsEscaped() throws BadInputException {
    JsonFields fields = fields("{\"annotations\":{\"a\\nforged line\":1}}");

    assertThatThrownBy(() -> fields.stringMap("annotations"))
        .hasMessage("f: annotations.a\\nforged line: is a number; expected a string");
  }
}
