package dev.urunj.runtime.oci;

import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the values of a JSON text are, for a caller that changes one of them and leaves every
/// other character as it is. Only for a text that [Json] has read, because nothing is checked
/// again.
public final class JsonText {
  private final String text;

  /// Looks at a text that is one JSON value.
  public JsonText(String text) {
    this.text = text;
  }

  /// A value in its text, from its first character to behind its last.
  public record Span(int from, int to) {}

  /// A member of an object.
  public record Member(String name, Span value) {}

  /// Another text in place of what a span has; an empty span is a place to insert.
  public record Change(Span span, String text) {}

  /// The whole value.
  public Span root() {
    int from = skipBlank(text.startsWith("\uFEFF") ? 1 : 0);
    return new Span(from, endOf(from));
  }

  /// Whether a value is an object.
  public boolean isObject(Span value) {
    return text.charAt(value.from()) == '{';
  }

  /// Whether a value is an array.
  public boolean isArray(Span value) {
    return text.charAt(value.from()) == '[';
  }

  /// Whether a value is a string.
  public boolean isString(Span value) {
    return text.charAt(value.from()) == '"';
  }

  /// What a string says.
  public String string(Span value) {
    String raw = text.substring(value.from(), value.to());
    if (raw.indexOf('\\') < 0) {
      return raw.substring(1, raw.length() - 1);
    }
    try {
      return new JsonReader(new StringReader(raw)).nextString();
    } catch (IOException e) {
      throw new AssertionError("the text has been read before", e);
    }
  }

  /// The members of an object, in their order.
  public List<Member> members(Span object) {
    List<Member> members = new ArrayList<>();
    int at = skipBlank(object.from() + 1);
    while (text.charAt(at) != '}') {
      Span name = new Span(at, endOf(at));
      int value = skipBlank(skipBlank(name.to()) + 1); // behind the colon
      Member member = new Member(string(name), new Span(value, endOf(value)));
      members.add(member);
      at = next(member.value().to());
    }
    return members;
  }

  /// The value of a member of an object; null when it has none of that name, or is no object.
  public @Nullable Span member(@Nullable Span object, String name) {
    if (object != null && isObject(object)) {
      for (Member member : members(object)) {
        if (member.name().equals(name)) {
          return member.value();
        }
      }
    }
    return null;
  }

  /// The elements of an array, in their order.
  public List<Span> elements(Span array) {
    List<Span> elements = new ArrayList<>();
    int at = skipBlank(array.from() + 1);
    while (text.charAt(at) != ']') {
      Span element = new Span(at, endOf(at));
      elements.add(element);
      at = next(element.to());
    }
    return elements;
  }

  /// The text with changes made.
  ///
  /// @param changes in the order of the text, not overlapping
  public String with(List<Change> changes) {
    StringBuilder changed = new StringBuilder(text.length() + 256);
    int at = 0;
    for (Change change : changes) {
      changed.append(text, at, change.span().from()).append(change.text());
      at = change.span().to();
    }
    return changed.append(text, at, text.length()).toString();
  }

  /// A string as JSON writes it, with its quotation marks.
  public static String quoted(String value) {
    return Json.compact(new JsonPrimitive(value));
  }

  /// To what follows a value: the next one, or the end of what holds it.
  private int next(int behindValue) {
    int at = skipBlank(behindValue);
    return text.charAt(at) == ',' ? skipBlank(at + 1) : at;
  }

  private int skipBlank(int from) {
    int at = from;
    while (" \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private int endOf(int from) {
    return switch (text.charAt(from)) {
      case '"' -> endOfString(from);
      case '{', '[' -> endOfNested(from);
      default -> endOfWord(from);
    };
  }

  private int endOfString(int from) {
    int at = from + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private int endOfNested(int from) {
    int depth = 0;
    int at = from;
    do {
      char c = text.charAt(at);
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      at = c == '"' ? endOfString(at) : at + 1;
    } while (depth > 0);
    return at;
  }

  private int endOfWord(int from) {
    int at = from;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }
}
