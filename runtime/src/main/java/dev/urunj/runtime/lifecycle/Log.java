package dev.urunj.runtime.lifecycle;

/// Where a command says what it does. Implementations neither throw nor print to the caller's
/// standard streams unless the caller asked for it.
public interface Log {
  void debug(String message);

  /// What was decided, for whoever reads the log afterwards: never on a terminal that nobody asked.
  void info(String message);

  void warn(String message);
}
