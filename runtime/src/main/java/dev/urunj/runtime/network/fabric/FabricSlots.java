package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.bpf.BpfMap;
import dev.urunj.runtime.network.PodInterface;
import java.io.IOException;
import java.util.List;

/// The guests of a pod in the maps of its fabric: who has which slot, whose the ports are, and who
/// has what no other guest claims. The caller holds the namespace's lock.
///
/// The default guest is the one that has declared no ports or, where all have, that of the lowest
/// slot, because one guest must refuse what none has claimed.
final class FabricSlots {
  private final LivingFabric fabric;

  FabricSlots(LivingFabric fabric) {
    this.fabric = fabric;
  }

  /// Takes those out whose TAP does not live, and settles who is the default guest.
  ///
  /// @param living indexes of the TAPs of the guests that stay
  void keep(List<Integer> living) throws IOException {
    for (FabricGuest guest : fabric.guests()) {
      if (!living.contains(guest.tapIndex())) {
        remove(guest);
      }
    }
    settle();
  }

  /// Whether the guest of a TAP is in.
  boolean has(int tapIndex) throws IOException {
    for (FabricGuest guest : fabric.guests()) {
      if (guest.tapIndex() == tapIndex) {
        return true;
      }
    }
    return false;
  }

  /// Gives a guest the lowest free slot.
  ///
  /// @throws IOException when there is none, or a port is another's: nothing was written then
  void add(int tapIndex, FabricPlan plan, List<HeldAddresses.Held> held) throws IOException {
    int slot = freeSlot();
    List<FabricPort.Owned> owned = fabric.ports();
    for (FabricPort port : plan.ports()) {
      for (FabricPort.Owned other : owned) {
        if (port.isSameAs(other.port())) {
          throw new IOException("another guest of the pod has declared port " + port.text());
        }
      }
    }
    FabricGuest guest =
        new FabricGuest(slot, tapIndex, plan.pod().mtu(), PodInterface.macOf(plan.pod()));
    fabric.map("guests").update(MapBytes.number(slot), guest.toBytes());
    fabric.map("taps").update(MapBytes.number(tapIndex), MapBytes.number(slot));
    new HeldAddresses(fabric.map("addresses")).add(slot, held);
    for (FabricPort port : plan.ports()) {
      fabric.map("ports").update(port.toBytes(), MapBytes.number(slot));
    }
    resolve(plan.resolvers());
    settle();
  }

  private int freeSlot() throws IOException {
    int free = 0;
    for (FabricGuest guest : fabric.guests()) {
      if (guest.slot() != free) {
        break;
      }
      free++;
    }
    if (free == FabricGuest.MOST) {
      throw new IOException(
          "the pod has " + FabricGuest.MOST + " guests already, as many as it can");
    }
    return free;
  }

  /// A flow too: the next guest of the slot would get the answers. What is led to the slot in
  /// between is refused by the pod's stack.
  private void remove(FabricGuest guest) throws IOException {
    byte[] slot = MapBytes.number(guest.slot());
    removeAll(fabric.map("ports"), guest.slot());
    removeAll(fabric.map("flows"), guest.slot());
    BpfMap addresses = fabric.find("addresses"); // versions before had none
    if (addresses != null) {
      new HeldAddresses(addresses).remove(guest.slot());
    }
    boolean _ = fabric.map("taps").delete(MapBytes.number(guest.tapIndex()));
    fabric.map("guests").update(slot, new byte[FabricGuest.BYTES]);
  }

  private static void removeAll(BpfMap map, int slot) throws IOException {
    for (byte[] key : MapBytes.keys(map)) {
      byte[] value = map.lookup(key);
      if (value != null && MapBytes.number(value) == slot) {
        boolean _ = map.delete(key);
      }
    }
  }

  /// A resolver is the pod's: the one of a family stays, and where there is none, one is added.
  private void resolve(List<LoopbackResolver> wanted) throws IOException {
    for (LoopbackResolver one : wanted) {
      FabricSettings settings = fabric.settings();
      if (!settings.hasResolverLike(one)) {
        fabric.write(settings.with(one));
      }
    }
  }

  private void settle() throws IOException {
    List<FabricGuest> guests = fabric.guests();
    if (guests.isEmpty()) {
      return; // the default guest is gone, and the pod's stack answers
    }
    List<FabricPort.Owned> ports = fabric.ports();
    int chosen = guests.getFirst().slot();
    for (FabricGuest guest : guests.reversed()) {
      if (!hasPort(ports, guest.slot())) {
        chosen = guest.slot();
      }
    }
    FabricSettings settings = fabric.settings();
    boolean several = guests.size() > 1 || !ports.isEmpty();
    if (settings.defaultGuest() != chosen || settings.severalGuests() != several) {
      fabric.write(settings.with(several, chosen));
    }
  }

  private static boolean hasPort(List<FabricPort.Owned> ports, int slot) {
    for (FabricPort.Owned port : ports) {
      if (port.slot() == slot) {
        return true;
      }
    }
    return false;
  }
}
