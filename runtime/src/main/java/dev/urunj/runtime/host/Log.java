package dev.urunj.runtime.host;

/// Where a command says what it does. Implementations neither throw nor print to the caller's
/// standard streams unless the caller asked for it.
public interface Log {
  void debug(String message);

  /// What was decided, for the reader of the log afterwards. Never on a terminal, unless the caller
  /// asked for it.
  void info(String message);

  void warn(String message);
}
