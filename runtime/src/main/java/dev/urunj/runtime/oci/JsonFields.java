package dev.urunj.runtime.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Typed reading of one JSON object. A member that is `null` counts as absent, as in Go's encoding
/// of the OCI types. A member of another type is a [BadInputException] that names the file and the
/// whole way to the member (`linux.resources.memory.limit`). Text with a NUL is refused everywhere,
/// because no path, argument or environment variable can carry one.
public final class JsonFields {
  private final JsonObject object;
  private final String where;
  private final String path;

  /// The members of `object`, which is the root of its file.
  ///
  /// @param where the name of the file in messages
  public JsonFields(JsonObject object, String where) {
    this(object, where, "");
  }

  private JsonFields(JsonObject object, String where, String path) {
    this.object = object;
    this.where = where;
    this.path = path;
  }

  /// Whether `key` is there and not `null`.
  public boolean has(String key) {
    return element(key) != null;
  }

  /// A string that must be there.
  public String string(String key) throws BadInputException {
    return text(key, present(key, "a string"));
  }

  /// A string; empty when it is absent.
  public Optional<String> optionalString(String key) throws BadInputException {
    JsonElement element = element(key);
    return element == null ? Optional.empty() : Optional.of(text(key, element));
  }

  /// The strings of an array; none when it is absent.
  public List<String> strings(String key) throws BadInputException {
    JsonArray array = array(key);
    List<String> strings = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      strings.add(text(indexed(key, i), array.get(i)));
    }
    return List.copyOf(strings);
  }

  /// The members of an object whose values are all strings, in the order of the file; none when it
  /// is absent.
  public Map<String, String> stringMap(String key) throws BadInputException {
    JsonFields fields = object(key);
    Map<String, String> map = new LinkedHashMap<>();
    for (String name : fields.object.keySet()) {
      map.put(name, fields.optionalString(name).orElse(""));
    }
    return map;
  }

  /// An integer that must be there, exactly: neither a fraction nor an exponent nor what a long
  /// cannot hold.
  public long number(String key) throws BadInputException {
    return integer(key, present(key, "an integer"));
  }

  /// An integer as [#number(String)] reads it; empty when it is absent.
  public OptionalLong optionalNumber(String key) throws BadInputException {
    JsonElement element = element(key);
    return element == null ? OptionalLong.empty() : OptionalLong.of(integer(key, element));
  }

  /// An integer of 64 bits without sign that must be there, in the bits of a long.
  public long unsignedNumber(String key) throws BadInputException {
    JsonElement element = present(key, "an integer");
    if (!(element instanceof JsonPrimitive primitive) || !primitive.isNumber()) {
      throw wrongType(key, element, "an integer");
    }
    String digits = primitive.getAsString();
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException e) {
      throw new BadInputException(
          where,
          way(key),
          "is " + BadInputException.quote(digits),
          "an integer from 0 to 18446744073709551615",
          e);
    }
  }

  /// The integers of an array; none when it is absent.
  List<Long> numbers(String key) throws BadInputException {
    JsonArray array = array(key);
    List<Long> numbers = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      numbers.add(integer(indexed(key, i), array.get(i)));
    }
    return List.copyOf(numbers);
  }

  /// A boolean; false when it is absent.
  public boolean flag(String key) throws BadInputException {
    JsonElement element = element(key);
    if (element == null) {
      return false;
    }
    if (element instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw wrongType(key, element, "true or false");
  }

  /// The object at `key`; one without members when it is absent.
  public JsonFields object(String key) throws BadInputException {
    JsonElement element = element(key);
    return element == null
        ? new JsonFields(new JsonObject(), where, way(key))
        : fields(key, element);
  }

  /// The objects of an array; none when it is absent.
  public List<JsonFields> objects(String key) throws BadInputException {
    JsonArray array = array(key);
    List<JsonFields> objects = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      objects.add(fields(indexed(key, i), array.get(i)));
    }
    return List.copyOf(objects);
  }

  /// The exception that says what is wrong with the value of `key`.
  public BadInputException bad(String key, String problem, String expected) {
    return new BadInputException(where, way(key), problem, expected);
  }

  private @Nullable JsonElement element(String key) {
    JsonElement element = object.get(key);
    return element == null || element.isJsonNull() ? null : element;
  }

  private JsonElement present(String key, String expected) throws BadInputException {
    JsonElement element = element(key);
    if (element == null) {
      throw bad(key, "is missing", expected);
    }
    return element;
  }

  private JsonArray array(String key) throws BadInputException {
    JsonElement element = element(key);
    if (element == null) {
      return new JsonArray();
    }
    if (element instanceof JsonArray array) {
      return array;
    }
    throw wrongType(key, element, "an array");
  }

  private JsonFields fields(String key, JsonElement element) throws BadInputException {
    if (element instanceof JsonObject child) {
      return new JsonFields(child, where, way(key));
    }
    throw wrongType(key, element, "an object");
  }

  private String text(String key, JsonElement element) throws BadInputException {
    if (!(element instanceof JsonPrimitive primitive) || !primitive.isString()) {
      throw wrongType(key, element, "a string");
    }
    String text = primitive.getAsString();
    if (text.indexOf('\0') >= 0) {
      throw bad(key, BadInputException.quote(text) + " has a NUL in it", "text without NUL");
    }
    return text;
  }

  private long integer(String key, JsonElement element) throws BadInputException {
    if (!(element instanceof JsonPrimitive primitive) || !primitive.isNumber()) {
      throw wrongType(key, element, "an integer");
    }
    String digits = primitive.getAsString();
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new BadInputException(
          where,
          way(key),
          "is " + BadInputException.quote(digits),
          "an integer of at most 63 bits, without fraction or exponent",
          e);
    }
  }

  private BadInputException wrongType(String key, JsonElement element, String expected) {
    return bad(key, "is " + kind(element), expected);
  }

  private static String kind(JsonElement element) {
    return switch (element) {
      case JsonObject _ -> "an object";
      case JsonArray _ -> "an array";
      case JsonPrimitive primitive when primitive.isString() -> "a string";
      case JsonPrimitive primitive when primitive.isNumber() -> "a number";
      case JsonPrimitive _ -> "a boolean";
      default -> "null";
    };
  }

  /// The name of the file in messages.
  public String where() {
    return where;
  }

  /// The whole way to a member of this object.
  public String way(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String indexed(String key, int index) {
    return key + "[" + index + "]";
  }
}
