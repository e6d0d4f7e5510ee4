package dev.urunj.runtime.network.fabric;

import dev.urunj.runtime.network.PodSocket;
import java.io.IOException;
import java.util.List;

/// What undos of the fabric's acts share while one socket is open: which guests live by it, and
/// whether those that do not live are out of its maps already.
final class FabricUndo implements PodSocket.Memory {
  private final FabricParts parts;
  private final FabricFilters filters;
  private boolean kept;

  FabricUndo(FabricParts parts) {
    this.parts = parts;
    this.filters = parts.filters();
  }

  /// The one of a socket.
  static FabricUndo in(PodSocket here) {
    for (PodSocket.Memory memory : here.memories()) {
      if (memory instanceof FabricUndo known) {
        return known;
      }
    }
    FabricUndo undo = new FabricUndo(new FabricParts(here.route()));
    here.remember(undo);
    return undo;
  }

  FabricParts parts() {
    return parts;
  }

  /// Whether other guests live by the fabric. If so, takes what is a guest's own out of the maps.
  ///
  /// @param tapIndex the TAP of the guest whose act is undone
  boolean leavesToOthers(int tapIndex) throws IOException {
    List<Integer> others = filters.livingBeside(tapIndex);
    if (!others.isEmpty() && !kept) {
      keep(others);
      kept = true;
    }
    return !others.isEmpty();
  }

  /// Indexes of the TAPs of the other guests that live by the fabric.
  List<Integer> others(int tapIndex) throws IOException {
    return filters.livingBeside(tapIndex);
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

  /// Whether a guest is in the maps.
  boolean knows(int tapIndex) throws IOException {
    try (LivingFabric fabric = LivingFabric.of(filters.programs())) {
      return new FabricSlots(fabric).has(tapIndex);
    } catch (OtherFabricException _) {
      return false;
    }
  }
}
