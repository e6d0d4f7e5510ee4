package dev.urunj.runtime.monitor;

import dev.urunj.linux.clock.Deadline;
import java.io.Closeable;
import java.io.IOException;

/// A connected stream socket with deadlines, as a [Control] needs it. Used by one thread at a time.
public interface ControlChannel extends Closeable {
  /// Waits for bytes and reads at least one.
  ///
  /// @return their number, -1 at the end of the stream
  /// @throws IOException also when the deadline passes before
  int read(byte[] into, Deadline deadline) throws IOException;

  /// Writes all bytes.
  ///
  /// @throws IOException also when the deadline passes before
  void write(byte[] bytes, Deadline deadline) throws IOException;
}
