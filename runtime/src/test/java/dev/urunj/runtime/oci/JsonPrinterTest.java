package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Letter by letter what gson's own writer makes of the same tree.
class JsonPrinterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":[]}",
        "{\"a\":{}}",
        "{\"a\":[1,2.50,-0,1e400,0.1E-7,123456789012345678901234567890]}",
        "{\"a\":true,\"b\":false,\"c\":null}",
        "{\"\":\"\"}",
        "{\"a\":{\"b\":{\"c\":[{\"d\":[[[1],[]],{}]}]}}}",
        "{\"\\u0000\\u001f\\u007f\\u2028\\u2029 \\ud83d\\ude00 \\u00fc\":\"</script>'&=\"}",
      })
  void isWhatGsonWrites(String text) throws Exception {
    JsonObject tree = Json.parse(text, "test");
    assertThat(Json.compact(tree)).isEqualTo(tree.toString());
    assertThat(Json.indented(tree))
        .isEqualTo(
            new GsonBuilder()
                .setPrettyPrinting()
                .serializeNulls()
                .disableHtmlEscaping()
                .create()
                .toJson(tree));
    assertThat(Json.parse(Json.compact(tree), "again")).isEqualTo(tree);
  }

  @Test
  void everyCharacterIsWrittenAsGsonDoes() {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < Character.MIN_SURROGATE; c++) {
      all.append(c);
    }
    JsonElement string = new JsonPrimitive(all.toString());
    assertThat(Json.compact(string)).isEqualTo(string.toString());
  }

  @Test
  void nullIsAValue() {
    assertThat(Json.compact(JsonNull.INSTANCE)).isEqualTo("null");
  }
}
