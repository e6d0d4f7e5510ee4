package dev.urunj.runtime.monitor.solo5;

import dev.urunj.runtime.monitor.MonitorFile;
import dev.urunj.runtime.monitor.MonitorSearch;
import dev.urunj.runtime.monitor.SystemLibraries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What a tender needs of the host in its root: itself, `/bin/sh` for the launch line, and the
/// libraries of both. A tender is linked to the C library, spt also to libseccomp.
///
/// @param binary the program's path in its root, which is its path on the node too
/// @param files in an order in which no entry hides another
record Solo5Files(String binary, List<MonitorFile> files) {
  Solo5Files {
    files = List.copyOf(files);
  }

  /// Finds them on this machine.
  ///
  /// @throws IOException when there is no such program
  static Solo5Files find(MonitorSearch search, Tender tender) throws IOException {
    Path binary = search.program(tender.program());
    List<MonitorFile> files = SystemLibraries.withShell();
    files.add(new MonitorFile.Bind(binary.toRealPath(), binary.toString()));
    return new Solo5Files(binary.toString(), files);
  }
}
