package dev.urunj.runtime.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// The addresses that the fabric of one pod works with.
///
/// @param ipv4 null where the pod has no IPv4
/// @param ipv6 null where the pod has no IPv6, or no `::1`
public record FabricNets(@Nullable Family ipv4, @Nullable Family ipv6) {
  private static final int ALIAS_HOST = 1; // src/main/c/pod-fabric.h

  /// Of one family.
  ///
  /// @param pod the pod's address
  /// @param guestSide the net of which only guests see addresses: a /24, of IPv6 a /120
  /// @param podSide the net of which only sockets of the pod see addresses: a /16, of IPv6 a /112
  public record Family(InetAddress pod, InetAddress guestSide, InetAddress podSide) {}

  /// Where a guest finds the pod's localhost.
  public Aliases aliases() {
    return new Aliases(
        ipv4 == null ? null : (Inet4Address) host(ipv4.guestSide()),
        ipv6 == null ? null : (Inet6Address) host(ipv6.guestSide()));
  }

  private static InetAddress host(InetAddress net) {
    byte[] address = net.getAddress();
    address[address.length - 1] = ALIAS_HOST;
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // the length is that of an address
    }
  }
}
