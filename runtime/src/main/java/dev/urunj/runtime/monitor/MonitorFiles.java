package dev.urunj.runtime.monitor;

import java.util.List;

/// What a monitor needs of the host in its root.
///
/// @param binary the monitor's path in its root, which is its path on the node too
/// @param files in an order in which no entry hides another
/// @param dataDirectories where its firmware is, paths of the monitor's root
public record MonitorFiles(String binary, List<MonitorFile> files, List<String> dataDirectories) {
  public MonitorFiles {
    files = List.copyOf(files);
    dataDirectories = List.copyOf(dataDirectories);
  }
}
