package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @TempDir Path directory;

  @Test
  void objectIsReadFromItsFile() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), " {\"a\": [1, null, true]} \n");

    assertThat(Json.read(file, 100)).hasToString("{\"a\":[1,null,true]}");
  }

  @Test
  void textIsIndentedByTwoBlanks() throws BadInputException {
    String text = "{\"a\":{\"b\":[1.50,\"<x>\"]},\"c\":true,\"d\":null}";

    assertThat(Json.indented(Json.parse(text, "t")))
        .isEqualTo(
            """
            {
              "a": {
                "b": [
                  1.50,
                  "<x>"
                ]
              },
              "c": true,
              "d": null
            }\
            """);
  }

  @Test
  void missingFileIsSaid() {
    Path file = directory.resolve("f");

    assertThatThrownBy(() -> Json.read(file, 100))
        .isInstanceOf(BadInputException.class)
        .hasMessage(file + ": does not exist; expected a JSON file");
  }

  @Test
  void numbersKeepTheirSpelling() throws BadInputException {
    String text = "{\"a\":1.0,\"b\":1e5,\"c\":123456789012345678901234567890,\"d\":-0}";

    assertThat(Json.parse(text, "f")).hasToString(text);
  }

  @Test
  void messageHasLineAndColumnAndNoAdvice() {
    assertThatThrownBy(() -> Json.parse("{\n  \"a\": tru\n}", "f"))
        .hasMessage(
            "f: line 2 column 8: is not valid JSON; expected one JSON object with distinct names,"
                + " nested at most 64");
  }

  @Test
  void messageNeverRepeatsNamesOfTheFile() {
    assertThatThrownBy(() -> Json.parse("{\"\\u001b[2J at line 7 path x\": tru}", "f"))
        .message()
        .startsWith("f: line 1 column 32: is not valid JSON;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "null",
        "\"text\"",
        "{} {}",
        "{}x",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{\"a\":1;\"b\":2}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":'1'}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":TRUE}",
        "{\"a\":\"\\q\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\u0000\"}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "/* x */ {}",
        "# x\n{}",
        "{\"a\":=>1}",
        "{\"a\":+1}",
        "{\"a\":.5}"
      })
  void whatIsNotOneStrictObjectIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text, "f"))
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith("f: line ")
        .doesNotContain("\n", "Strictness", "http");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":[1", "{\"a\":\"x"})
  void textThatEndsTooEarlyIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text, "f"))
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith("f: line 1 column ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\n"})
  void emptyTextIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text, "f"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ends too early");
  }

  @Test
  void nameThatOccursTwiceIsRefused() {
    assertThatThrownBy(() -> Json.parse("{\"x\":{\"a\":1,\"b\":2,\"\\u0061\":3}}", "f"))
        .hasMessageContaining("the name \"a\" is twice");
  }

  @Test
  void sameNameInTwoObjectsIsFine() throws BadInputException {
    assertThat(Json.parse("{\"a\":{\"a\":{}}}", "f")).hasToString("{\"a\":{\"a\":{}}}");
  }

  @ParameterizedTest
  @CsvSource({"'{\"a\":', '}'", "'[', ']'"})
  void nestingHasALimit(String open, String close) throws BadInputException {
    String fits = "{\"a\":" + open.repeat(62) + "1" + close.repeat(62) + "}";
    assertThat(Json.parse(fits, "f").has("a")).isTrue();
    String deep = "{\"a\":" + open.repeat(100_000);

    assertThatThrownBy(() -> Json.parse(deep, "f"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Nesting limit 64");
  }

  @Test
  void numberOfThousandsOfDigitsIsRefused() {
    assertThatThrownBy(() -> Json.parse("{\"a\":" + "9".repeat(5000) + "}", "f"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is not valid JSON");
  }

  @Test
  void anyTreeSurvivesWritingAndReading() throws BadInputException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      JsonObject tree = object(random, 4);
      assertThat(Json.parse(tree.toString(), "f")).as("seed %d", seed).isEqualTo(tree);
    }
  }

  @Test
  void brokenTextIsAnObjectOrABadInput() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder(object(random, 3).toString());
      for (int i = 0; i < 3; i++) {
        text.setCharAt(random.nextInt(text.length()), "{}[]\",:\\0\0e".charAt(random.nextInt(11)));
      }
      try {
        Json.parse(text.toString(), "f");
      } catch (BadInputException e) {
        assertThat(e.getMessage()).as("seed %d", seed).startsWith("f: ").doesNotContain("\n");
      }
    }
  }

  private static JsonObject object(Random random, int depth) {
    JsonObject object = new JsonObject();
    for (int i = random.nextInt(5); i >= 0; i--) {
      object.add(text(random) + i, element(random, depth - 1));
    }
    return object;
  }

  private static JsonElement element(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> new JsonPrimitive(random.nextLong());
      case 1 -> new JsonPrimitive(text(random));
      case 2 -> new JsonPrimitive(random.nextBoolean());
      case 3 -> JsonNull.INSTANCE;
      case 4 -> object(random, depth);
      default -> {
        JsonArray array = new JsonArray();
        for (int i = random.nextInt(5); i > 0; i--) {
          array.add(element(random, depth - 1));
        }
        yield array;
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(10); i > 0; i--) {
      text.append((char) random.nextInt(random.nextBoolean() ? 128 : 0xD800));
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\ud800\"}",
        "{\"a\":[{\"b\":\"x\\uDFFF\"}]}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\ud800\":1}",
        "{\"a\":\"\\ud83d\\ude00\\ud83d\"}"
      })
  void halfOfASurrogatePairIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text, "f"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has half of a surrogate pair in it");
  }

  @Test
  void wholeSurrogatePairIsFine() throws BadInputException {
    assertThat(Json.parse("{\"a\":\"\\ud83d\\ude00\\u0041\"}", "f").get("a").getAsString())
        .isEqualTo("😀A");
  }

  @Test
  void valuesHaveALimit() throws BadInputException {
    String fits = "{\"a\":[" + "0,".repeat(Json.VALUES_LIMIT - 2) + "0]}";
    assertThat(Json.parse(fits, "f").getAsJsonArray("a")).hasSize(Json.VALUES_LIMIT - 1);
    String many = "{\"a\":[" + "[],".repeat(Json.VALUES_LIMIT) + "0]}";

    assertThatThrownBy(() -> Json.parse(many, "f"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has more than 262144 values");
  }
}
