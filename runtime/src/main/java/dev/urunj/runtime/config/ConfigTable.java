package dev.urunj.runtime.config;

import dev.urunj.runtime.oci.BadInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Typed reading of one table of the configuration file. It remembers which keys were read, because
/// the rest is unknown. Values are what TOML has: `String`, `Boolean`, `Integer`, `Long`, and for
/// tables `Map`; anything else only counts as of another type.
final class ConfigTable {
  private final String where;
  private final String path;
  private final Map<String, Object> values;
  private final Set<String> known = new HashSet<>();
  private final Map<String, ConfigTable> tables = new LinkedHashMap<>();

  private ConfigTable(String where, String path, Map<String, Object> values) {
    this.where = where;
    this.path = path;
    this.values = values;
  }

  /// The whole file.
  ///
  /// @param where the name of the file in messages
  static ConfigTable of(String where, Map<String, Object> values) {
    return new ConfigTable(where, "", values);
  }

  static ConfigTable empty(String where) {
    return of(where, Map.of());
  }

  /// The file's name, for messages.
  String where() {
    return where;
  }

  /// The whole way to `key`, for messages.
  String way(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /// The table at `key`; an empty one when it is absent.
  @SuppressWarnings("unchecked") // TOML has no table with other keys than strings
  ConfigTable table(String key) throws BadInputException {
    Object value = value(key);
    if (value != null && !(value instanceof Map)) {
      throw wrong(key, value, "a table");
    }
    Map<String, Object> members = value == null ? Map.of() : (Map<String, Object>) value;
    ConfigTable table = new ConfigTable(where, way(key), members);
    tables.put(key, table);
    return table;
  }

  String string(String key, String fallback) throws BadInputException {
    Object value = value(key);
    if (value == null) {
      return fallback;
    }
    if (value instanceof String text) {
      return text;
    }
    throw wrong(key, value, "a string");
  }

  /// A boolean; false when it is absent.
  boolean flag(String key) throws BadInputException {
    return flag(key, false);
  }

  /// A boolean.
  boolean flag(String key, boolean fallback) throws BadInputException {
    Object value = value(key);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(key, value, "true or false");
  }

  /// An integer from 0 to `most`.
  int integer(String key, int fallback, int most) throws BadInputException {
    Object value = value(key);
    if (value == null) {
      return fallback;
    }
    boolean whole = value instanceof Integer || value instanceof Long;
    long number = whole ? ((Number) value).longValue() : -1;
    if (number < 0 || number > most) {
      throw wrong(key, value, "a whole number from 0 to " + most);
    }
    return (int) number;
  }

  /// An absolute path; null when it is absent or empty.
  @Nullable Path path(String key) throws BadInputException {
    String text = string(key, "");
    if (text.isEmpty()) {
      return null;
    }
    if (!text.startsWith("/")) {
      throw bad(key, text, "an absolute path");
    }
    return path(where, way(key), text);
  }

  BadInputException bad(String key, String value, String expected) {
    return new BadInputException(where, way(key), "is " + BadInputException.quote(value), expected);
  }

  /// Names arrays and tables only, because their text may be as long and as deep as the file.
  private BadInputException wrong(String key, Object value, String expected) {
    if (value instanceof Collection || value instanceof Map) {
      String kind = value instanceof Collection ? "an array" : "a table";
      return new BadInputException(where, way(key), "is " + kind, expected);
    }
    return bad(key, value.toString(), expected);
  }

  /// Adds a line for everything in this table and below that the reader did not ask for.
  void addUnknown(List<String> warnings) {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        warnings.add(where + ": " + BadInputException.quote(way(key)) + " is unknown and ignored");
      }
    }
    for (ConfigTable table : tables.values()) {
      table.addUnknown(warnings);
    }
  }

  private @Nullable Object value(String key) {
    known.add(key);
    return values.get(key);
  }

  static Path path(String where, String key, String text) throws BadInputException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new BadInputException(where, key, "is " + BadInputException.quote(text), "a path", e);
    }
  }
}
