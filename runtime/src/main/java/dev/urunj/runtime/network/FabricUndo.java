package dev.urunj.runtime.network;

import dev.urunj.linux.namespace.Sysctl;
import java.io.IOException;
import java.util.List;

/// Undoes single acts of the fabric, for the guest that announced them.
final class FabricUndo {
  private final FabricParts parts;
  private final FabricFilters filters;
  private boolean kept;

  FabricUndo(FabricParts parts) {
    this.parts = parts;
    this.filters = parts.filters();
  }

  /// Undoes an act. As long as other guests live by it, it stays, and only what is the guest's own
  /// in the maps goes.
  ///
  /// @param tapIndex the TAP of the guest whose act it was
  void undo(FabricAct act, int tapIndex) throws IOException {
    List<Integer> others = filters.livingBeside(tapIndex);
    if (others.isEmpty()) {
      undo(act);
    } else if (!kept) {
      keep(others);
      kept = true;
    }
  }

  /// Takes the guests out of the maps that do not live. Those of a fabric of another version are
  /// left to it: its programs see for themselves that a TAP is gone.
  void keep(List<Integer> living) throws IOException {
    try (LivingFabric fabric = LivingFabric.of(filters.programs())) {
      new FabricSlots(fabric).keep(living);
    } catch (OtherFabricException _) {
      // said when a guest wants to join it
    }
  }

  /// The routes were first and are last. A guest that found the fabric standing has announced no
  /// setting and no qdisc; what is to become of them the routes know.
  private void undo(FabricAct act) throws IOException {
    if (act instanceof FabricAct.Classifier at) {
      boolean _ = filters.remove(at.linkIndex(), FabricParts.parent(at));
    } else if (act instanceof FabricAct.LocalRoute) {
      new DeadFabric(parts).remove();
    } else {
      FabricAct.Setting setting = (FabricAct.Setting) act;
      if (setting.value().equals(Sysctl.find(setting.name()))) {
        Sysctl.write(setting.name(), setting.before());
      }
    }
  }

  /// Whether [#undo] has anything to do.
  boolean stands(FabricAct act, int tapIndex) throws IOException {
    if (!filters.livingBeside(tapIndex).isEmpty()) {
      return isIn(tapIndex);
    }
    if (act instanceof FabricAct.Classifier at) {
      return filters.has(at.linkIndex(), FabricParts.parent(at));
    }
    if (act instanceof FabricAct.LocalRoute route) {
      return parts.isThere(route);
    }
    FabricAct.Setting setting = (FabricAct.Setting) act;
    return setting.value().equals(Sysctl.find(setting.name()));
  }

  private boolean isIn(int tapIndex) throws IOException {
    try (LivingFabric fabric = LivingFabric.of(filters.programs())) {
      return new FabricSlots(fabric).has(tapIndex);
    } catch (OtherFabricException _) {
      return false;
    }
  }
}
