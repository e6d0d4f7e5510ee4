package dev.urunj.linux.netlink;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// A route; `RTM_NEWROUTE`. Of a route with several next hops this is the first one.
///
/// @param family 2 for IPv4, 10 for IPv6: that of the destination, the gateway may be of the other
/// @param destination network address; null for the default route
/// @param prefixLength bits; 0 for the default route
/// @param gateway null when the destination is on the link itself
/// @param linkIndex 0 when the kernel shall choose it, or when there is none (blackhole)
/// @param metric the smaller one wins; 0 is the smallest for IPv4 and means 1024 for IPv6
/// @param scope `RT_SCOPE_…`; IPv6 has only 0
/// @param type `RTN_…`: 1 unicast, 2 local, 6 blackhole, …
/// @param table 254 for main
/// @param onlink the gateway is on the link although no route says so
/// @param mtu bytes; 0 for that of the link
/// @param preferredSource source address for connections that have none yet
public record Route(
    int family,
    @Nullable InetAddress destination,
    int prefixLength,
    @Nullable InetAddress gateway,
    int linkIndex,
    int metric,
    int scope,
    int type,
    int table,
    boolean onlink,
    int mtu,
    @Nullable InetAddress preferredSource) {
  // include/uapi/linux/rtnetlink.h
  public static final int RT_SCOPE_UNIVERSE = 0;
  public static final int RT_SCOPE_LINK = 253;
  public static final int RTN_UNICAST = 1;
  public static final int RT_TABLE_MAIN = 254;
  public static final int AF_INET = AddressCodec.AF_INET;
  public static final int AF_INET6 = AddressCodec.AF_INET6;

  public Route {
    if (destination == null && prefixLength != 0) {
      throw new IllegalArgumentException("default route with prefix length " + prefixLength);
    }
    if (destination != null && AddressCodec.family(destination) != family) {
      throw new IllegalArgumentException("destination of another family than the route's");
    }
  }

  /// A network that is on the link itself. Same as: `ip route add $destination/$prefix dev $if`
  public static Route onLink(InetAddress destination, int prefixLength, int linkIndex) {
    int family = AddressCodec.family(destination);
    return new Route(
        family,
        destination,
        prefixLength,
        null,
        linkIndex,
        0,
        family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
        RTN_UNICAST,
        RT_TABLE_MAIN,
        false,
        0,
        null);
  }

  /// Everything that has no better route. Same as: `ip route add default via $gateway dev $if`
  public static Route defaultVia(InetAddress gateway, int linkIndex) {
    return new Route(
        AddressCodec.family(gateway),
        null,
        0,
        gateway,
        linkIndex,
        0,
        RT_SCOPE_UNIVERSE,
        RTN_UNICAST,
        RT_TABLE_MAIN,
        false,
        0,
        null);
  }

  public boolean isDefault() {
    return prefixLength == 0;
  }
}
