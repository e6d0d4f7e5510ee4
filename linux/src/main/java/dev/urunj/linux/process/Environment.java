package dev.urunj.linux.process;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The environment that a program gets, environ(7), and the variables in it as text.
///
/// Java's view of this process's own environment is text, has no order, and has each name once. So
/// that view is only read here: a program that gets this process's environment gets it byte for
/// byte.
public final class Environment {
  private final Map<String, String> variables;
  private final @Nullable List<String> entries;

  private Environment(Map<String, String> variables, @Nullable List<String> entries) {
    this.variables = variables;
    this.entries = entries;
  }

  /// The environment with which this process began.
  ///
  /// @param variables its text, `System.getenv()`
  public static Environment ofThisProcess(Map<String, String> variables) {
    return new Environment(variables, null);
  }

  /// An environment of `NAME=VALUE` each, which a program gets as UTF-8 and in this order. Of two
  /// with one name the first counts as the variable's value, as for getenv(3).
  public static Environment of(List<String> entries) {
    Map<String, String> variables = new HashMap<>();
    for (String entry : entries) {
      int end = entry.indexOf('=');
      if (end > 0) {
        variables.putIfAbsent(entry.substring(0, end), entry.substring(end + 1));
      }
    }
    return new Environment(Map.copyOf(variables), List.copyOf(entries));
  }

  /// All variables; cannot be changed.
  public Map<String, String> variables() {
    return variables;
  }

  /// The value of a variable, or null.
  public @Nullable String get(String name) {
    return variables.get(name);
  }

  /// The entries in memory that C reads, or null for this process's own, which [CEnvironment] has.
  @Nullable StringVector vector() {
    return entries == null ? null : StringVector.of(entries);
  }
}
