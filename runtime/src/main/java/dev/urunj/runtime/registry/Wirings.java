package dev.urunj.runtime.registry;

import dev.urunj.runtime.network.FabricActs;
import dev.urunj.runtime.network.MasqueradeAct;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.NetworkActs;
import dev.urunj.runtime.network.PodActs;
import dev.urunj.runtime.network.RedirectAct;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import org.jspecify.annotations.Nullable;

/// The wirings that this version has. You register a new one here, and nowhere else.
public final class Wirings implements NetworkActs {
  /// All of them.
  public Wirings() {}

  @Override
  public @Nullable NetworkAct read(String act, JsonFields fields) throws BadInputException {
    NetworkAct read = PodActs.read(act, fields);
    read = read == null ? FabricActs.read(act, fields) : read;
    read = read == null ? RedirectAct.read(act, fields) : read;
    return read == null ? MasqueradeAct.read(act, fields) : read;
  }
}
