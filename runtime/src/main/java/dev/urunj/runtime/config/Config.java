package dev.urunj.runtime.config;

import dev.urunj.runtime.image.MonitorKind;
import java.util.List;
import java.util.Map;

/// The node's configuration: `/etc/urunj/config.toml` or the file `URUNJ_CONFIG_FILE` names. You
/// can copy urunc's own file, because its keys are accepted, with its meaning and its defaults.
/// Each section and key that is left out keeps its own default.
///
/// @param warnings what was not understood and ignored, one line each, for the caller's log
public record Config(
    LogConfig log,
    TimestampsConfig timestamps,
    Map<MonitorKind, MonitorConfig> monitors,
    VirtiofsdConfig virtiofsd,
    WantedRuntime lowLevel,
    NetworkConfig network,
    List<String> warnings) {
  public Config {
    warnings = List.copyOf(warnings);
  }

  /// The configuration of one monitor; there is one for every kind.
  public MonitorConfig monitor(MonitorKind kind) {
    MonitorConfig monitor = monitors.get(kind);
    if (monitor == null) {
      throw new AssertionError(kind.word() + " is not configured");
    }
    return monitor;
  }
}
