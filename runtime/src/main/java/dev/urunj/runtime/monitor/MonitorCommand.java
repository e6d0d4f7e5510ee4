package dev.urunj.runtime.monitor;

import java.util.List;

/// A monitor's argument vector; the first is the program's path in the monitor's root. Elements are
/// never split again.
///
/// @param argv the vector
/// @param duplicatesOutput whether the monitor is to find its standard output once more, as
///   [MonitorDescriptors#OUTPUT]
public record MonitorCommand(List<String> argv, boolean duplicatesOutput) {
  public MonitorCommand {
    argv = List.copyOf(argv);
  }
}
