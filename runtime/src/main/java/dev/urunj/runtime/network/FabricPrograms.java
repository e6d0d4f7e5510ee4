package dev.urunj.runtime.network;

import dev.urunj.linux.bpf.BpfObject;
import dev.urunj.linux.bpf.LoadedObject;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The fabric's programs in the kernel, and what they read of their maps. All shapes are those of
/// `src/main/c/pod-fabric.h`.
final class FabricPrograms {
  static final String FROM_NET = "from_net";
  static final String FROM_GUEST = "from_guest";
  static final String FROM_LO = "from_lo";

  private static final String RESOURCE = "pod-fabric.bpf.o";
  private static final int SETTINGS_BYTES = 168;
  private static final int GUEST_BYTES = 16;
  private static final int FAMILY_AT = 24;
  private static final int FAMILY_BYTES = 72;
  private static final int ADDRESS_BYTES = 16;
  private static final int SHARE_LOCALHOST = 1;
  private static final int FAMILY_ON = 1;
  private static final int FAMILY_RESOLVER = 2;

  private static final MacAddress HOST_MAC = new MacAddress(0x0275_7275_6e01L);
  private static final MacAddress OTHER_HOST_MAC = new MacAddress(0x0275_7275_6e02L);

  private FabricPrograms() {}

  /// Loads them.
  ///
  /// @return the caller closes it; what a filter holds stays
  static LoadedObject load() throws IOException {
    try (InputStream in = FabricPrograms.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException(RESOURCE + " is missing in this distribution of urunj");
      }
      return BpfObject.parse(in.readAllBytes()).load();
    }
  }

  /// Tells them of the pod and of its only guest.
  static void fill(LoadedObject programs, Wiring.Fabric wiring, int loIndex, Link tap)
      throws IOException {
    MacAddress mac = wiring.pod().mac();
    if (mac == null) {
      throw new IOException("the pod's interface " + wiring.pod().name() + " has no MAC address");
    }
    byte[] first = new byte[Integer.BYTES]; // the slot of the guest, and the index of the settings
    programs.map("settings").update(first, settings(wiring, loIndex, mac));
    programs.map("guests").update(first, guest(tap.index(), wiring.pod().mtu(), mac));
    byte[] tapIndex = new byte[Integer.BYTES];
    hostOrder(tapIndex).putInt(0, tap.index());
    programs.map("taps").update(tapIndex, first);
  }

  static byte[] settings(Wiring.Fabric wiring, int loIndex, MacAddress guestMac) {
    byte[] bytes = new byte[SETTINGS_BYTES];
    ByteBuffer settings = hostOrder(bytes);
    settings.putInt(0, wiring.localhost() ? SHARE_LOCALHOST : 0);
    settings.putInt(4, wiring.pod().index()).putInt(8, loIndex).putInt(12, 0);
    settings.put(16, (guestMac.equals(HOST_MAC) ? OTHER_HOST_MAC : HOST_MAC).toBytes());
    family(settings, FAMILY_AT, wiring.nets().ipv4(), resolver(wiring, true));
    family(settings, FAMILY_AT + FAMILY_BYTES, wiring.nets().ipv6(), resolver(wiring, false));
    return bytes;
  }

  private static byte[] guest(int tapIndex, int mtu, MacAddress mac) {
    byte[] bytes = new byte[GUEST_BYTES];
    hostOrder(bytes).putInt(0, tapIndex).putInt(4, mtu).put(8, mac.toBytes());
    return bytes;
  }

  private static void family(
      ByteBuffer settings,
      int at,
      FabricNets.@Nullable Family family,
      @Nullable LoopbackResolver resolver) {
    if (family == null) {
      return;
    }
    int flags = FAMILY_ON;
    address(settings, at, family.pod());
    address(settings, at + ADDRESS_BYTES, family.guestSide());
    address(settings, at + 2 * ADDRESS_BYTES, family.podSide());
    if (resolver != null) {
      flags |= FAMILY_RESOLVER;
      address(settings, at + 3 * ADDRESS_BYTES, resolver.address());
      port(settings, at + 64, resolver.udpPort());
      port(settings, at + 66, resolver.tcpPort());
    }
    settings.putShort(at + 68, (short) flags);
  }

  private static @Nullable LoopbackResolver resolver(Wiring.Fabric wiring, boolean ipv4) {
    for (LoopbackResolver resolver : wiring.resolvers()) {
      if (resolver.address() instanceof Inet4Address == ipv4) {
        return resolver;
      }
    }
    return null;
  }

  /// An IPv4 address is the last four of sixteen bytes.
  private static void address(ByteBuffer settings, int at, InetAddress address) {
    byte[] bytes = address.getAddress();
    settings.put(at + ADDRESS_BYTES - bytes.length, bytes);
  }

  private static void port(ByteBuffer settings, int at, int port) {
    settings.put(at, (byte) (port >> 8)).put(at + 1, (byte) port);
  }

  private static ByteBuffer hostOrder(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }
}
