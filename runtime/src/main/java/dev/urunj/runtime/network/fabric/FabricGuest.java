package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.runtime.network.Wiring;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// One guest as the fabric's programs know it: `struct guest` of `src/main/c/pod-fabric.h`, 16
/// bytes. That it is in the map does not mean that it lives.
///
/// @param slot its number among the guests of the pod, 0 to 7
/// @param tapIndex index of its TAP, which may be gone
/// @param mtu its TAP's, bytes
/// @param mac its own, which is the pod interface's
record FabricGuest(int slot, int tapIndex, int mtu, MacAddress mac) {
  /// How many a pod can have.
  static final int MOST = Wiring.MOST_GUESTS;

  static final int BYTES = 16;

  byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    hostOrder(bytes).putInt(0, tapIndex).putInt(4, mtu).put(8, mac.toBytes());
    return bytes;
  }

  /// What a map has for a slot; null for zeros, which stand for no guest.
  static @Nullable FabricGuest readFrom(int slot, byte[] bytes) {
    ByteBuffer guest = hostOrder(bytes);
    int tapIndex = guest.getInt(0);
    byte[] mac = new byte[6];
    guest.get(8, mac);
    return tapIndex == 0
        ? null
        : new FabricGuest(slot, tapIndex, guest.getInt(4), MacAddress.of(mac));
  }

  private static ByteBuffer hostOrder(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }
}
