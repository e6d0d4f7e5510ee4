package dev.urunj.runtime.monitor.toy;

import dev.urunj.runtime.monitor.MonitorFile;
import dev.urunj.runtime.monitor.MonitorSearch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What the toy needs of the host in its root: itself, because it is linked statically.
///
/// @param binary the program's path in its root, which is its path on the node too
record ToyFiles(String binary, List<MonitorFile> files) {
  ToyFiles {
    files = List.copyOf(files);
  }

  /// Finds them on this machine.
  ///
  /// @throws IOException when there is no such program
  static ToyFiles find(MonitorSearch search) throws IOException {
    Path binary = search.program("urunj-toy");
    return new ToyFiles(
        binary.toString(), List.of(new MonitorFile.Bind(binary.toRealPath(), binary.toString())));
  }
}
