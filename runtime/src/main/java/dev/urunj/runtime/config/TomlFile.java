package dev.urunj.runtime.config;

import com.electronwill.nightconfig.core.UnmodifiableConfig;
import com.electronwill.nightconfig.core.io.ParsingException;
import com.electronwill.nightconfig.toml.TomlParser;
import dev.urunj.runtime.oci.BadInputException;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.Map;

/// The one place that knows the TOML library.
final class TomlFile {
  private static final String EXPECTED = "a TOML file (toml.io, version 1.0)";
  private static final int MOST_DIGITS = 18; // always fits a long

  private TomlFile() {}

  /// The tables of a TOML text.
  ///
  /// @param where the name of the text in messages
  /// @throws BadInputException when the text is no TOML; the message has the line where the parser
  ///   stood, which for what is left open is the end
  static ConfigTable parse(String text, String where) throws BadInputException {
    checkIntegers(text, where);
    CountedReader reader = new CountedReader(text);
    try {
      return ConfigTable.of(where, plain(new TomlParser().parse(reader)));
    } catch (ParsingException e) {
      throw bad(where, reader.line(), "is not valid TOML: " + quoted(e), e);
    } catch (RuntimeException e) { // a text that the library did not expect
      throw bad(where, reader.line(), "is not valid TOML", e);
    } catch (StackOverflowError e) { // it calls itself for every array or table in another
      throw bad(where, reader.line(), "is nested too deeply", e);
    }
  }

  private static Map<String, Object> plain(UnmodifiableConfig config) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (UnmodifiableConfig.Entry entry : config.entrySet()) {
      Object value = entry.getValue();
      values.put(entry.getKey(), value instanceof UnmodifiableConfig table ? plain(table) : value);
    }
    return values;
  }

  /// The library wraps integers of more than 64 bits around (3.8.3): 18446744073709551617 would be
  /// one. No key of ours needs more than 18 digits.
  private static void checkIntegers(String text, String where) throws BadInputException {
    int line = 0;
    for (int start = 0; start < text.length(); line++) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      if (valueDigits(text.substring(start, end)) > MOST_DIGITS) {
        throw new BadInputException(
            where, "line " + (line + 1), "has a number that is too large", EXPECTED);
      }
      start = end + 1;
    }
  }

  /// How many digits the value of a line `key = value` begins with.
  private static int valueDigits(String line) {
    int at = line.indexOf('=') + 1;
    while (at > 0 && at < line.length() && " \t+-".indexOf(line.charAt(at)) >= 0) {
      at++;
    }
    int digits = 0;
    for (; at > 0 && at < line.length(); at++) {
      char c = line.charAt(at);
      if (c != '_' && (c < '0' || c > '9')) {
        break;
      }
      digits += c == '_' ? 0 : 1;
    }
    return digits;
  }

  private static String quoted(ParsingException e) {
    return BadInputException.quote(String.valueOf(e.getMessage()));
  }

  private static BadInputException bad(String where, int line, String problem, Throwable cause) {
    return new BadInputException(where, "line " + line, problem, EXPECTED, cause);
  }

  /// Text that knows how far it was read, because the library reads character by character and does
  /// not say in which line it stopped.
  private static final class CountedReader extends Reader {
    private final String text;
    private int at;

    CountedReader(String text) {
      this.text = text;
    }

    /// The line of the character that was read last, from 1.
    int line() {
      int line = 1;
      for (int i = 0; i < at - 1; i++) {
        line += text.charAt(i) == '\n' ? 1 : 0;
      }
      return line;
    }

    @Override
    public int read() {
      return at == text.length() ? -1 : text.charAt(at++);
    }

    @Override
    public int read(char[] buffer, int offset, int length) {
      int count = Math.min(length, text.length() - at);
      if (count == 0 && length > 0) {
        return -1;
      }
      text.getChars(at, at + count, buffer, offset);
      at += count;
      return count;
    }

    @Override
    public void close() {}
  }
}
