package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.netlink.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the fabric's programs know of their pod: `struct settings` of `src/main/c/pod-fabric.h`,
/// 168 bytes.
///
/// @param localhost whether guests and containers share the pod's localhost
/// @param severalGuests whether the programs ask which of several guests a packet is for; else it
///   is for the default guest
/// @param podIndex index of the pod's interface
/// @param loIndex index of the pod's loopback interface
/// @param defaultGuest slot of the guest that has what no other guest claims
/// @param hostMac the pod's, as guests see it
/// @param nets the aliases
/// @param resolvers that answer at an alias's port 53, at most one of each family
record FabricSettings(
    boolean localhost,
    boolean severalGuests,
    int podIndex,
    int loIndex,
    int defaultGuest,
    MacAddress hostMac,
    FabricNets nets,
    List<LoopbackResolver> resolvers) {
  static final int BYTES = 168;

  private static final int FAMILY_AT = 24;
  private static final int FAMILY_BYTES = 72;
  private static final int ADDRESS_BYTES = 16;
  private static final int SHARE_LOCALHOST = 1;
  private static final int SEVERAL_GUESTS = 2;
  private static final int FAMILY_ON = 1;
  private static final int FAMILY_RESOLVER = 2;

  private static final MacAddress HOST_MAC = new MacAddress(0x0275_7275_6e01L);
  private static final MacAddress OTHER_HOST_MAC = new MacAddress(0x0275_7275_6e02L);

  /// Keeps a copy.
  FabricSettings {
    resolvers = List.copyOf(resolvers);
  }

  /// For the first guest of a pod, in slot 0.
  ///
  /// @param guestMac the guest's, which is the pod interface's: the pod's is another one
  static FabricSettings of(FabricPlan plan, int loIndex, MacAddress guestMac) {
    return new FabricSettings(
        plan.localhost(),
        !plan.ports().isEmpty(),
        plan.pod().index(),
        loIndex,
        0,
        guestMac.equals(HOST_MAC) ? OTHER_HOST_MAC : HOST_MAC,
        plan.nets(),
        plan.resolvers());
  }

  /// The same with another default guest.
  FabricSettings with(boolean several, int newDefault) {
    return new FabricSettings(
        localhost, several, podIndex, loIndex, newDefault, hostMac, nets, resolvers);
  }

  /// The resolver of a family where it is not the given one; null where it is, or there is none.
  @Nullable LoopbackResolver otherThan(LoopbackResolver wanted) {
    LoopbackResolver known = resolver(wanted.address() instanceof Inet4Address);
    return known == null || known.address().equals(wanted.address()) ? null : known;
  }

  /// Whether a resolver of the same family is known.
  boolean hasResolverLike(LoopbackResolver wanted) {
    return resolver(wanted.address() instanceof Inet4Address) != null;
  }

  /// The same with one more resolver.
  FabricSettings with(LoopbackResolver resolver) {
    List<LoopbackResolver> more = new ArrayList<>(resolvers);
    more.add(resolver);
    return new FabricSettings(
        localhost, severalGuests, podIndex, loIndex, defaultGuest, hostMac, nets, more);
  }

  byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    ByteBuffer settings = hostOrder(bytes);
    settings.putInt(0, (localhost ? SHARE_LOCALHOST : 0) | (severalGuests ? SEVERAL_GUESTS : 0));
    settings.putInt(4, podIndex).putInt(8, loIndex).putInt(12, defaultGuest);
    settings.put(16, hostMac.toBytes());
    family(settings, FAMILY_AT, nets.ipv4(), resolver(true));
    family(settings, FAMILY_AT + FAMILY_BYTES, nets.ipv6(), resolver(false));
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

  private @Nullable LoopbackResolver resolver(boolean ipv4) {
    for (LoopbackResolver resolver : resolvers) {
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

  /// Reads what a map has.
  ///
  /// @throws IOException when it is not what [#toBytes] writes
  static FabricSettings readFrom(byte[] bytes) throws IOException {
    if (bytes.length != BYTES) {
      throw new IOException("settings of " + bytes.length + " bytes; expected " + BYTES);
    }
    ByteBuffer settings = hostOrder(bytes);
    List<LoopbackResolver> resolvers = new ArrayList<>();
    FabricNets nets =
        new FabricNets(
            family(settings, FAMILY_AT, true, resolvers),
            family(settings, FAMILY_AT + FAMILY_BYTES, false, resolvers));
    byte[] mac = new byte[6];
    settings.get(16, mac);
    int flags = settings.getInt(0);
    return new FabricSettings(
        (flags & SHARE_LOCALHOST) != 0,
        (flags & SEVERAL_GUESTS) != 0,
        settings.getInt(4),
        settings.getInt(8),
        settings.getInt(12),
        MacAddress.of(mac),
        nets,
        resolvers);
  }

  private static FabricNets.@Nullable Family family(
      ByteBuffer settings, int at, boolean ipv4, List<LoopbackResolver> resolvers) {
    int flags = settings.getShort(at + 68);
    if ((flags & FAMILY_ON) == 0) {
      return null;
    }
    if ((flags & FAMILY_RESOLVER) != 0) {
      resolvers.add(
          new LoopbackResolver(
              address(settings, at + 3 * ADDRESS_BYTES, ipv4),
              port(settings, at + 64),
              port(settings, at + 66)));
    }
    return new FabricNets.Family(
        address(settings, at, ipv4),
        address(settings, at + ADDRESS_BYTES, ipv4),
        address(settings, at + 2 * ADDRESS_BYTES, ipv4));
  }

  private static InetAddress address(ByteBuffer settings, int at, boolean ipv4) {
    byte[] bytes = new byte[ipv4 ? 4 : ADDRESS_BYTES];
    settings.get(at + ADDRESS_BYTES - bytes.length, bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // the length is that of an address
    }
  }

  private static int port(ByteBuffer settings, int at) {
    return (settings.get(at) & 0xff) << 8 | (settings.get(at + 1) & 0xff);
  }

  private static ByteBuffer hostOrder(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }
}
