package dev.urunj.runtime.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;

/// A tree of gson's as text of RFC 8259. Numbers keep their spelling.
///
/// gson's own writer prints the same, but compiles two regular expressions, which loads the JVM's
/// whole support of lambdas. That would take 5 of the 40 ms of a command.
final class JsonPrinter {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder();
  private final boolean indented;
  private int depth;

  private JsonPrinter(boolean indented) {
    this.indented = indented;
  }

  /// On one line, without a blank.
  static String compact(JsonElement element) {
    return print(element, false);
  }

  /// Indented by two blanks.
  static String indented(JsonElement element) {
    return print(element, true);
  }

  private static String print(JsonElement element, boolean indented) {
    JsonPrinter printer = new JsonPrinter(indented);
    printer.element(element);
    return printer.text.toString();
  }

  private void element(JsonElement element) {
    if (element instanceof JsonObject object) {
      object(object);
    } else if (element instanceof JsonArray array) {
      array(array);
    } else if (element instanceof JsonPrimitive primitive && primitive.isString()) {
      string(primitive.getAsString());
    } else if (element instanceof JsonPrimitive primitive) {
      text.append(primitive.getAsString()); // a number or a truth value
    } else {
      text.append("null");
    }
  }

  private void object(JsonObject object) {
    text.append('{');
    depth++;
    boolean first = true;
    for (Map.Entry<String, JsonElement> member : object.entrySet()) {
      separate(first);
      first = false;
      string(member.getKey());
      text.append(indented ? ": " : ":");
      element(member.getValue());
    }
    end('}', first);
  }

  private void array(JsonArray array) {
    text.append('[');
    depth++;
    boolean first = true;
    for (JsonElement item : array) {
      separate(first);
      first = false;
      element(item);
    }
    end(']', first);
  }

  private void separate(boolean first) {
    if (!first) {
      text.append(',');
    }
    newLine();
  }

  private void end(char bracket, boolean empty) {
    depth--;
    if (!empty) {
      newLine();
    }
    text.append(bracket);
  }

  private void newLine() {
    if (indented) {
      text.append('\n').repeat("  ", depth);
    }
  }

  /// Beside what must be escaped, the two line ends that JavaScript knows and JSON does not.
  private void string(String value) {
    text.append('"');
    int from = 0;
    for (int at = 0; at < value.length(); at++) {
      char c = value.charAt(at);
      if (c >= ' ' && c != '"' && c != '\\' && c != '\u2028' && c != '\u2029') {
        continue;
      }
      text.append(value, from, at).append('\\');
      from = at + 1;
      switch (c) {
        case '"', '\\' -> text.append(c);
        case '\n' -> text.append('n');
        case '\r' -> text.append('r');
        case '\t' -> text.append('t');
        case '\b' -> text.append('b');
        case '\f' -> text.append('f');
        default -> {
          text.append('u');
          for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(HEX.charAt((c >> shift) & 15));
          }
        }
      }
    }
    text.append(value, from, value.length()).append('"');
  }
}
