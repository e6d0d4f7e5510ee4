package dev.urunj.runtime.network;

import java.io.IOException;

/// Something that guests that are gone have left in a pod.
///
/// @param kind one word for machines
/// @param what its name, for people
/// @param reason why it is garbage
/// @param proof what shows that it is urunj's own
/// @param action what is to be done about it
/// @param removal does that
public record Leftover(
    String kind, String what, String reason, String proof, String action, Removal removal) {
  /// Removes one thing.
  public interface Removal {
    /// Removes it, if it is still a leftover.
    void run(PodSocket here) throws IOException;
  }
}
