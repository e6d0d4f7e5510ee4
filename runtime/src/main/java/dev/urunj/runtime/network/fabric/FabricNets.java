package dev.urunj.runtime.network.fabric;

import dev.urunj.runtime.network.Aliases;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// The addresses that the fabric of one pod works with.
///
/// @param ipv4 null only where no net of it is free: a pod without IPv4 still has a 127.0.0.1
/// @param ipv6 null where the pod has no IPv6, or no `::1`, or no net of it is free
record FabricNets(@Nullable Family ipv4, @Nullable Family ipv6) {
  private static final int ALIAS_HOST = 1; // src/main/c/pod-fabric.h
  private static final int ALIAS_LENT = 254;

  /// Of one family.
  ///
  /// @param pod the pod's address; where it has none of IPv4, what is lent to the guest
  /// @param guestSide the net of which only guests see addresses: a /24, of IPv6 a /120
  /// @param podSide the net of which only sockets of the pod see addresses: a /16, of IPv6 a /112
  record Family(InetAddress pod, InetAddress guestSide, InetAddress podSide) {}

  /// Where a guest finds the pod's localhost.
  Aliases aliases() {
    return new Aliases(
        ipv4 == null ? null : (Inet4Address) at(ipv4.guestSide(), ALIAS_HOST),
        ipv6 == null ? null : (Inet6Address) at(ipv6.guestSide(), ALIAS_HOST),
        ipv4 == null || !isLent(ipv4) ? null : (Inet4Address) ipv4.pod());
  }

  /// The address in a net of the guest's side that a guest gets whose pod has none.
  static InetAddress lent(InetAddress guestSide) {
    return at(guestSide, ALIAS_LENT);
  }

  private static boolean isLent(Family family) {
    return family.pod().equals(lent(family.guestSide()));
  }

  private static InetAddress at(InetAddress net, int last) {
    byte[] address = net.getAddress();
    address[address.length - 1] = (byte) last;
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // the length is that of an address
    }
  }
}
