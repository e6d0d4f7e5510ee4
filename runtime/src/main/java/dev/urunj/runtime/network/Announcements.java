package dev.urunj.runtime.network;

import java.io.IOException;

/// Who keeps the journal.
public interface Announcements {
  /// Writes down what is about to be done. It is done only when this has returned.
  void announce(NetworkAct act) throws IOException;
}
