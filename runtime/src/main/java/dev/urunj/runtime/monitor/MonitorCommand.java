package dev.urunj.runtime.monitor;

import java.util.List;

/// A monitor's argument vector; the first is the program's path in the monitor's root. Elements are
/// never split again.
public record MonitorCommand(List<String> argv) {
  public MonitorCommand {
    argv = List.copyOf(argv);
  }
}
