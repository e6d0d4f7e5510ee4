package dev.urunj.runtime.host;

import java.util.ArrayList;
import java.util.List;

/// Keeps what is said. Used by one thread.
public final class RecordedLog implements Log {
  private final List<String> lines = new ArrayList<>();

  /// Nothing is said yet.
  public RecordedLog() {}

  @Override
  public void debug(String message) {
    lines.add("debug " + message);
  }

  @Override
  public void info(String message) {
    lines.add("info " + message);
  }

  @Override
  public void warn(String message) {
    lines.add("warn " + message);
  }

  /// All lines, each behind its level and a blank. The caller may clear the list.
  public List<String> lines() {
    return lines;
  }

  /// The warnings, without their level.
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("warn ")) {
        warnings.add(line.substring("warn ".length()));
      }
    }
    return warnings;
  }
}
