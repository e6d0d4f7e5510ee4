package dev.urunj.runtime.network;

import com.google.gson.JsonObject;
import dev.urunj.linux.netlink.Link;
import java.io.IOException;

/// Something that is about to be done to a pod's network. It carries what is needed to find exactly
/// that thing again, and takes it back itself.
///
/// A value; what it does, it does in the namespace of the socket that it is given.
public interface NetworkAct {
  /// The act as one JSON object, which begins with its name (`act`) and holds a journal's line.
  JsonObject toJson();

  /// Takes it back. What is not there is done, what another program has changed meanwhile stays,
  /// and so does what other guests live by.
  void undo(PodSocket here, Undoer undoer) throws IOException;

  /// Whether [#undo] has anything to do.
  boolean stands(PodSocket here, Undoer undoer) throws IOException;

  /// Whether it makes the TAP, which a living monitor holds, and not what joins the TAP to the pod.
  default boolean isOfTap() {
    return false;
  }

  /// Whether by it a TAP waits for its monitor, and stays when no process holds it.
  default boolean awaits(Link tap) {
    return false;
  }

  /// Whether what it makes can stay when the monitor is dead.
  default boolean outlivesMonitor() {
    return true;
  }
}
