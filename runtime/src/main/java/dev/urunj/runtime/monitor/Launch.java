package dev.urunj.runtime.monitor;

import java.util.List;

/// How a monitor boots one guest: its argument vector, and the files that it reads beside it.
///
/// @param argv the vector; the first is the program's path in the monitor's root. Elements are
///   never split again. A monitor with a fixed vector, see [Requirements#argv], says the same one
///   here
/// @param duplicatesOutput whether the monitor is to find its standard output once more, as
///   [MonitorDescriptors#OUTPUT]
/// @param files written before the monitor is let go
public record Launch(List<String> argv, boolean duplicatesOutput, List<LaunchFile> files) {
  public Launch {
    argv = List.copyOf(argv);
    files = List.copyOf(files);
  }
}
