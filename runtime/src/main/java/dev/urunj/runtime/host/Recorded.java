package dev.urunj.runtime.host;

import dev.urunj.runtime.failure.FailureKind;
import org.jspecify.annotations.Nullable;

/// What a command needs of a record and a create that was cut off has not written.
public final class Recorded {
  private Recorded() {}

  /// A part of the record.
  ///
  /// @throws ContainerException when the record has none
  public static <T> T part(@Nullable T part, String id) throws ContainerException {
    if (part == null) {
      throw new ContainerException(
          FailureKind.DAMAGED, "container \"" + id + "\": its record is incomplete; delete it");
    }
    return part;
  }
}
