package dev.urunj.runtime.config;

/// `[log]`.
///
/// @param level a word of [#LEVELS]; `--debug` can only make it more verbose
/// @param syslog whether to write to the node's syslog as well
public record LogConfig(String level, boolean syslog) {
  /// The words for a level, most verbose first; `warn` is as `warning`.
  static final String LEVELS = "trace, debug, info, warn, warning, error, fatal or panic";
}
