package dev.urunj.runtime.network;

import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import org.jspecify.annotations.Nullable;

/// Reads the acts that wirings have in common.
public final class PodActs {
  private PodActs() {}

  /// As [NetworkActs#read].
  public static @Nullable NetworkAct read(String act, JsonFields fields) throws BadInputException {
    if (act.equals(TapAct.ACT)) {
      return TapAct.read(fields);
    }
    if (act.equals(PersistentTapAct.ACT)) {
      return PersistentTapAct.read(fields);
    }
    return act.equals(QdiscAct.ACT) ? QdiscAct.read(fields) : null;
  }
}
