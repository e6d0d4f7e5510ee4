package dev.urunj.cli.words;

import dev.urunj.runtime.oci.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The words behind a command, sorted into flags and operands.
///
/// Go's conventions hold, because callers were written against programs in Go: `-x`, `--x`, `--x
/// v`, `--x=v`, one dash or two alike, and `--` ends the flags. Flags may stand behind operands
/// too, except where the operands are another program's command line.
public final class Arguments {
  private final List<String> names = new ArrayList<>();
  private final List<@Nullable String> values = new ArrayList<>();
  private final List<String> operands = new ArrayList<>();

  private Arguments() {}

  /// No words at all.
  static Arguments none() {
    return new Arguments();
  }

  /// Sorts words into flags and operands.
  ///
  /// @param words everything behind the command
  /// @param flags that the command knows
  /// @param onlyInFront whether the first operand ends the flags
  static Arguments parse(List<String> words, List<Flag> flags, boolean onlyInFront)
      throws UsageException {
    Arguments arguments = new Arguments();
    int next = 0;
    while (next < words.size()) {
      String word = words.get(next++);
      if (word.equals("--")) {
        break;
      }
      if (!isFlag(word)) {
        arguments.operands.add(word);
        if (onlyInFront) {
          break;
        }
        continue;
      }
      next = arguments.addFlag(word, words, next, flags);
    }
    arguments.operands.addAll(words.subList(next, words.size()));
    return arguments;
  }

  private static boolean isFlag(String word) {
    return word.length() > 1 && word.charAt(0) == '-';
  }

  private int addFlag(String word, List<String> words, int next, List<Flag> flags)
      throws UsageException {
    String name = word.startsWith("--") ? word.substring(2) : word.substring(1);
    String value = null;
    int equals = name.indexOf('=');
    if (equals >= 0) {
      value = name.substring(equals + 1);
      name = name.substring(0, equals);
    }
    Flag flag = find(name, flags);
    if (!flag.takesValue() && value != null) {
      value = Boolean.toString(truth(flag, value));
    }
    if (flag.takesValue() && value == null) {
      if (next == words.size()) {
        throw new UsageException("flag needs a value: --" + flag.name());
      }
      value = words.get(next++);
    }
    names.add(flag.name());
    values.add(value);
    return next;
  }

  /// The words that strconv.ParseBool of Go takes.
  private static boolean truth(Flag flag, String value) throws UsageException {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default ->
          throw new UsageException(
              "flag --"
                  + flag.name()
                  + ": "
                  + BadInputException.quote(value)
                  + " is neither true nor false");
    };
  }

  private static Flag find(String name, List<Flag> flags) throws UsageException {
    for (Flag flag : flags) {
      if (flag.isCalled(name)) {
        return flag;
      }
    }
    throw new UnknownFlagException("unknown flag: " + BadInputException.quote("-" + name));
  }

  /// Whether a flag without value was given, and not taken back by `--flag=false`.
  public boolean has(String name) {
    boolean on = false;
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name)) {
        on = !"false".equals(values.get(i));
      }
    }
    return on;
  }

  /// The last value given, or null.
  public @Nullable String value(String name) {
    String last = null;
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name)) {
        last = values.get(i);
      }
    }
    return last;
  }

  /// Whether `--format json` was given.
  ///
  /// @param other the other format that the command has, which is its default
  public boolean wantsJson(String other) throws UsageException {
    String format = value("format");
    if (format != null && !format.equals(other) && !format.equals("json")) {
      throw new UsageException("invalid format option: " + BadInputException.quote(format));
    }
    return "json".equals(format);
  }

  /// Reports every flag as the caller gave it, by its long name.
  public void forEachFlag(BiConsumer<String, @Nullable String> consumer) {
    for (int i = 0; i < names.size(); i++) {
      consumer.accept(names.get(i), values.get(i));
    }
  }

  public List<String> operands() {
    return operands;
  }

  /// The operands, if there are as many as the command takes.
  public List<String> operands(String command, int least, int most) throws UsageException {
    if (operands.size() < least || operands.size() > most) {
      String wanted =
          least == most
              ? "exactly " + least
              : operands.size() < least ? "a minimum of " + least : "a maximum of " + most;
      throw new UsageException(
          "\"" + command + "\" requires " + wanted + " argument(s), got " + operands.size());
    }
    return operands;
  }
}
