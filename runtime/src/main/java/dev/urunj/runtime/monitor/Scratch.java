package dev.urunj.runtime.monitor;

import java.io.IOException;
import java.nio.file.Path;

/// Where files without names can be made.
public interface Scratch {
  /// The directory, which is made when it is asked for.
  ///
  /// @throws IOException when this node has no place for it
  Path scratch() throws IOException;
}
