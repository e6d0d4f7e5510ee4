package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.bpf.BpfMap;
import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.runtime.network.PodInterface;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The map `addresses` of `src/main/c/pod-fabric.h`: which addresses the guests of a pod have, and
/// which of them the pod's interface had when they started. The caller holds the namespace's lock.
final class HeldAddresses {
  private static final int BY_GUESTS = 0xff; // HELD_BY_GUESTS, src/main/c/pod-fabric.h
  private static final int BY_POD = 0x100; // HELD_BY_POD
  private static final int KEY_BYTES = 16;

  private final BpfMap map;

  HeldAddresses(BpfMap map) {
    this.map = map;
  }

  /// One address that a guest has.
  ///
  /// @param byPod whether the pod's interface has it too
  record Held(InetAddress address, boolean byPod) {}

  /// What a guest has that takes over the addresses of an interface: these, and the link-local one
  /// that its kernel makes of the hardware address, whether the pod's kernel has made it or not.
  static List<Held> of(RouteSocket socket, FabricPlan plan) throws IOException {
    List<Held> held = new ArrayList<>();
    for (InetAddress address : plan.addresses()) {
      held.add(new Held(address, true));
    }
    InetAddress linkLocal = PodInterface.linkLocal(PodInterface.macOf(plan.pod()));
    boolean byPod = false;
    for (InterfaceAddress address : socket.addresses(plan.pod().index())) {
      byPod |= address.address().equals(linkLocal);
    }
    held.add(new Held(linkLocal, byPod));
    return held;
  }

  /// Gives addresses to the guest of a slot.
  void add(int slot, List<Held> held) throws IOException {
    for (Held one : held) {
      byte[] key = key(one.address());
      byte[] value = map.lookup(key);
      int holders = value == null ? 0 : MapBytes.number(value);
      holders |= 1 << slot | (one.byPod() ? BY_POD : 0);
      map.update(key, MapBytes.number(holders));
    }
  }

  /// Takes all from the guest of a slot.
  void remove(int slot) throws IOException {
    for (byte[] key : MapBytes.keys(map)) {
      byte[] value = map.lookup(key);
      int holders = value == null ? 0 : MapBytes.number(value);
      int left = holders & ~(1 << slot);
      if ((left & BY_GUESTS) == 0) {
        boolean _ = map.delete(key);
      } else if (left != holders) {
        map.update(key, MapBytes.number(left));
      }
    }
  }

  /// What guests have and the pod's interface had when they started, in no order.
  List<InetAddress> byPod() throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    for (byte[] key : MapBytes.keys(map)) {
      byte[] value = map.lookup(key);
      if (value != null && (MapBytes.number(value) & BY_POD) != 0) {
        addresses.add(addressOf(key));
      }
    }
    return addresses;
  }

  static InetAddress addressOf(byte[] key) throws IOException {
    boolean ipv4 = true;
    for (int i = 0; i < KEY_BYTES - 4; i++) {
      ipv4 &= key[i] == 0;
    }
    return InetAddress.getByAddress(ipv4 ? Arrays.copyOfRange(key, KEY_BYTES - 4, KEY_BYTES) : key);
  }

  private static byte[] key(InetAddress address) {
    byte[] key = new byte[KEY_BYTES];
    byte[] bytes = address.getAddress();
    System.arraycopy(bytes, 0, key, KEY_BYTES - bytes.length, bytes.length);
    return key;
  }
}
