package dev.urunj.runtime.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Strict JSON (RFC 8259) into gson's tree. Numbers keep their spelling, so that what is read and
/// written again is unchanged. It refuses more than the RFC does. A name must not occur twice in
/// one object, because two readers of one file would see two different configurations. Half of a
/// surrogate pair is an error, because no file can hold it again. So are nesting deeper than
/// [#NESTING_LIMIT] and more than [#VALUES_LIMIT] values.
public final class Json {
  /// Objects and arrays that may lie inside one another. An OCI configuration has about ten.
  public static final int NESTING_LIMIT = 64;

  /// Values in one text. Without it 4 MiB of `{},{},` do not fit into a heap of 128 MB. An OCI
  /// configuration has about a thousand.
  public static final int VALUES_LIMIT = 1 << 18;

  private Json() {}

  /// The one object that `file` holds.
  ///
  /// @param maxBytes the largest size accepted, below 1 GiB
  /// @throws BadInputException when the file is missing, not a regular file, larger than
  ///   `maxBytes`, or not exactly one JSON object; the message has the line and the column
  public static JsonObject read(Path file, int maxBytes) throws IOException {
    String text;
    try {
      text = BoundedFile.text(file, maxBytes);
    } catch (NoSuchFileException e) {
      throw new BadInputException(file.toString(), "", "does not exist", "a JSON file", e);
    }
    return parse(text, file.toString());
  }

  /// An array of strings.
  public static JsonArray strings(List<String> values) {
    JsonArray array = new JsonArray();
    for (String value : values) {
      array.add(value);
    }
    return array;
  }

  /// The one object that `text` holds.
  ///
  /// @param where the name of the text in messages
  public static JsonObject parse(String text, String where) throws BadInputException {
    return (JsonObject) parse(text, where, false);
  }

  /// The one object or array that `text` holds.
  ///
  /// @param where the name of the text in messages
  public static JsonElement parseObjectOrArray(String text, String where) throws BadInputException {
    return parse(text, where, true);
  }

  private static JsonElement parse(String text, String where, boolean takesArray)
      throws BadInputException {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    reader.setNestingLimit(NESTING_LIMIT);
    try {
      JsonToken first = reader.peek();
      if (first != JsonToken.BEGIN_OBJECT && !(takesArray && first == JsonToken.BEGIN_ARRAY)) {
        throw bad(where, reader, "is not a JSON object", null);
      }
      Tree tree = new Tree(reader, where);
      JsonElement element = first == JsonToken.BEGIN_OBJECT ? tree.object() : tree.array();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw bad(where, reader, "has more text after the object", null);
      }
      if (text.contains("\\u")) {
        refuseHalves(element, where);
      }
      return element;
    } catch (BadInputException e) {
      throw e;
    } catch (EOFException e) {
      throw bad(where, reader, "ends too early", e);
    } catch (MalformedJsonException e) {
      throw bad(where, reader, problem(e), e);
    } catch (IOException e) {
      throw new AssertionError("a string cannot fail to be read", e);
    }
  }

  /// A tree as text, indented by two blanks.
  public static String indented(JsonObject object) {
    return JsonPrinter.indented(object);
  }

  /// A tree as text, on one line.
  public static String compact(JsonElement element) {
    return JsonPrinter.compact(element);
  }

  /// One text while it is read.
  private static final class Tree {
    private final JsonReader reader;
    private final String where;
    private int values;

    Tree(JsonReader reader, String where) {
      this.reader = reader;
      this.where = where;
    }

    JsonObject object() throws IOException {
      JsonObject object = new JsonObject();
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        if (object.has(name)) {
          throw bad(where, reader, "the name " + BadInputException.quote(name) + " is twice", null);
        }
        object.add(name, element());
      }
      reader.endObject();
      return object;
    }

    private JsonArray array() throws IOException {
      JsonArray array = new JsonArray();
      reader.beginArray();
      while (reader.hasNext()) {
        array.add(element());
      }
      reader.endArray();
      return array;
    }

    private JsonElement element() throws IOException {
      if (++values > VALUES_LIMIT) {
        throw bad(where, reader, "has more than " + VALUES_LIMIT + " values", null);
      }
      return switch (reader.peek()) {
        case BEGIN_OBJECT -> object();
        case BEGIN_ARRAY -> array();
        case STRING -> new JsonPrimitive(reader.nextString());
        case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(reader));
        case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
        case NULL -> {
          reader.nextNull();
          yield JsonNull.INSTANCE;
        }
        case END_OBJECT, END_ARRAY, NAME, END_DOCUMENT ->
            throw new AssertionError("no value can begin here: " + reader);
      };
    }
  }

  /// Only an escape can write half of a surrogate pair: UTF-8 has none.
  private static void refuseHalves(JsonElement element, String where) throws BadInputException {
    if (element instanceof JsonObject object) {
      for (Map.Entry<String, JsonElement> member : object.entrySet()) {
        refuseHalf(member.getKey(), where);
        refuseHalves(member.getValue(), where);
      }
    } else if (element instanceof JsonArray array) {
      for (JsonElement item : array) {
        refuseHalves(item, where);
      }
    } else if (element instanceof JsonPrimitive primitive && primitive.isString()) {
      refuseHalf(primitive.getAsString(), where);
    }
  }

  private static void refuseHalf(String text, String where) throws BadInputException {
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        String problem = BadInputException.quote(text) + " has half of a surrogate pair in it";
        throw new BadInputException(where, "", problem, "whole characters");
      }
      at += Character.charCount(point);
    }
  }

  private static BadInputException bad(
      String where, JsonReader reader, String problem, @Nullable IOException cause) {
    String expected = "one JSON object with distinct names, nested at most " + NESTING_LIMIT;
    return cause == null
        ? new BadInputException(where, place(reader), problem, expected)
        : new BadInputException(where, place(reader), problem, expected, cause);
  }

  /// `line L column C`: gson offers the place only as part of `toString()`, before the path, which
  /// holds names of the file itself.
  private static String place(JsonReader reader) {
    String text = reader.toString();
    int from = text.indexOf("line ");
    int to = text.indexOf(" path ", from);
    return from < 0 || to < 0 ? "" : text.substring(from, to);
  }

  /// gson's message without the place, the path and the link that follow it, and without the advice
  /// to be lenient.
  private static String problem(MalformedJsonException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf(" at line ");
    return end < 0 || message.startsWith("Use JsonReader")
        ? "is not valid JSON"
        : "is not valid JSON (" + message.substring(0, end) + ")";
  }
}
