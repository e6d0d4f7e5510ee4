package dev.urunj.linux.netlink;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A route; `RTM_NEWROUTE`. Gateway, link and `onlink` of a route with several next hops are those
/// of the first one; [#nextHops()] has all.
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
/// @param hops where there are several next hops, all of them; else empty
/// @param protocol who made it, `RTPROT_…`: 2 the kernel, 9 a router advertisement
/// @param nextHopObject number of the object that has the next hops, 0 where the route has its own
/// @param beyond what else the route says and this record does not, parted by commas; null if
///   nothing
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
    @Nullable InetAddress preferredSource,
    List<NextHop> hops,
    int protocol,
    int nextHopObject,
    @Nullable String beyond) {
  // include/uapi/linux/rtnetlink.h
  public static final int RT_SCOPE_UNIVERSE = 0;
  public static final int RT_SCOPE_LINK = 253;
  public static final int RTN_UNICAST = 1;
  public static final int RTN_BLACKHOLE = 6;
  public static final int RTN_THROW = 9;
  public static final int RTPROT_BOOT = 3;
  public static final int RTPROT_RA = 9;
  public static final int RT_TABLE_MAIN = 254;
  public static final int AF_INET = AddressCodec.AF_INET;
  public static final int AF_INET6 = AddressCodec.AF_INET6;

  public Route {
    hops = List.copyOf(hops);
    if (destination == null && prefixLength != 0) {
      throw new IllegalArgumentException("default route with prefix length " + prefixLength);
    }
    if (destination != null && AddressCodec.family(destination) != family) {
      throw new IllegalArgumentException("destination of another family than the route's");
    }
  }

  /// One of several ways on.
  ///
  /// @param gateway null when the destination is on the link itself
  /// @param weight 1 to 256: its share
  public record NextHop(@Nullable InetAddress gateway, int linkIndex, boolean onlink, int weight) {}

  /// A route as ip(8) makes it, with one next hop or none.
  public Route(
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
    this(
        family,
        destination,
        prefixLength,
        gateway,
        linkIndex,
        metric,
        scope,
        type,
        table,
        onlink,
        mtu,
        preferredSource,
        List.of(),
        RTPROT_BOOT,
        0,
        null);
  }

  /// The same with other next hops; the first is the route's own.
  public Route withHops(List<NextHop> all) {
    NextHop first = all.getFirst();
    return new Route(
        family,
        destination,
        prefixLength,
        first.gateway(),
        first.linkIndex(),
        metric,
        scope,
        type,
        table,
        first.onlink(),
        mtu,
        preferredSource,
        all.size() == 1 ? List.of() : all,
        protocol,
        nextHopObject,
        beyond);
  }

  /// All next hops: one or more for a unicast route, unless its next hop object is gone.
  public List<NextHop> nextHops() {
    if (!hops.isEmpty() || linkIndex == 0) {
      return hops;
    }
    return List.of(new NextHop(gateway, linkIndex, onlink, 1));
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
