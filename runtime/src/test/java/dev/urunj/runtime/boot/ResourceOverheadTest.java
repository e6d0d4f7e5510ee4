package dev.urunj.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.runtime.oci.BadInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceOverheadTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"memory\":{\"limit\":100,\"swap\":200}}|{\"memory\":{\"limit\":110,\"swap\":210}}",
        "{\"memory\":{\"limit\":-1,\"swap\":0}}|{\"memory\":{\"limit\":-1,\"swap\":0}}",
        "{\"memory\":{\"limit\":null}}|{\"memory\":{\"limit\":null}}",
        "{\"memory\":{\"reservation\":5}}|{\"memory\":{\"reservation\":5}}",
        "{\"memory\":null}|{\"memory\":null}",
        "{\"memory\":[]}|{\"memory\":[]}",
        "{}|{}",
        "{\"memory\":{\"limit\":9223372036854775807}}|{\"memory\":{\"limit\":9223372036854775807}}",
        "{\"memory\":{\"limit\":9223372036854775800}}|{\"memory\":{\"limit\":9223372036854775807}}"
      })
  void isAddedToWhatIsALimit(String given, String expected) throws BadInputException {
    JsonObject resources = JsonParser.parseString(given).getAsJsonObject();
    ResourceOverhead.add(resources, 10);
    assertThat(resources).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1\"", "\"abc\"", "1.5", "1e3", "[]", "true", "99999999999999999999"})
  void limitThatIsNoWholeNumberIsRefused(String limit) {
    JsonObject resources =
        JsonParser.parseString("{\"memory\":{\"swap\":" + limit + "}}").getAsJsonObject();
    assertThatThrownBy(() -> ResourceOverhead.add(resources, 10))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("linux.resources.memory: swap: ");
  }
}
