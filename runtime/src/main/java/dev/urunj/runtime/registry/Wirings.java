package dev.urunj.runtime.registry;

import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.NetworkActs;
import dev.urunj.runtime.network.PodActs;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.network.fabric.FabricActs;
import dev.urunj.runtime.network.fabric.FabricWiring;
import dev.urunj.runtime.network.fixed.FixedAct;
import dev.urunj.runtime.network.fixed.FixedWiring;
import dev.urunj.runtime.network.redirect.RedirectAct;
import dev.urunj.runtime.network.redirect.RedirectWiring;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The wirings that this version has, and what a line of a journal says of them. You register a new
/// one here, and nowhere else.
public final class Wirings implements NetworkActs {
  /// All of them.
  public Wirings() {}

  /// All of them.
  public static List<Wiring> all() {
    return List.of(new RedirectWiring(), new FabricWiring(), new FixedWiring());
  }

  /// The wiring that a mode is.
  ///
  /// @throws IllegalArgumentException for a mode that leaves a choice
  public static Wiring of(NetworkMode mode) {
    if (mode == NetworkMode.REDIRECT) {
      return new RedirectWiring();
    }
    if (mode == NetworkMode.FABRIC) {
      return new FabricWiring();
    }
    if (mode == NetworkMode.STATIC) {
      return new FixedWiring();
    }
    throw new IllegalArgumentException("the mode " + mode.word() + " is no wiring");
  }

  @Override
  public @Nullable NetworkAct read(String act, JsonFields fields) throws BadInputException {
    NetworkAct read = PodActs.read(act, fields);
    read = read == null ? FabricActs.read(act, fields) : read;
    read = read == null ? RedirectAct.read(act, fields) : read;
    return read == null ? FixedAct.read(act, fields) : read;
  }
}
