package dev.urunj.runtime.monitor;

import java.io.IOException;

/// A conversation with a monitor that runs, or is about to. Owns its channel. One thread at a time.
///
/// The other side runs the guest and is not trusted: every answer has a deadline and a size.
public interface Control extends AutoCloseable {
  /// Waits until the machine runs.
  ///
  /// @throws IOException when it does not, or the monitor ends or does not answer in time
  void awaitRunning() throws IOException;

  /// Asks the guest to stop, as pressing a machine's power button does. The guest decides what it
  /// does about it.
  ///
  /// @throws IOException when the monitor does not take the request
  void askToStop() throws IOException;

  @Override
  void close() throws IOException;
}
