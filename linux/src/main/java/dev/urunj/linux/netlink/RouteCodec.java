package dev.urunj.linux.netlink;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages about routes. Fixed part: `struct rtmsg`, 12 bytes, `include/uapi/linux/rtnetlink.h`:
///
/// ```
/// u8 rtm_family, u8 rtm_dst_len, u8 rtm_src_len, u8 rtm_tos,
/// u8 rtm_table, u8 rtm_protocol, u8 rtm_scope, u8 rtm_type, u32 rtm_flags
/// ```
///
/// A next hop in `RTA_MULTIPATH` is `struct rtnexthop`, 8 bytes, and attributes:
///
/// ```
/// u16 rtnh_len, u8 rtnh_flags, u8 rtnh_hops, s32 rtnh_ifindex
/// ```
///
/// `RTA_VIA`, a gateway of the other family, is `struct rtvia`: `u16 rtvia_family`, address.
final class RouteCodec implements Decoder<Route> {
  static final RouteCodec READER = new RouteCodec();

  static final int RTM_NEWROUTE = 24;
  static final int RTM_DELROUTE = 25;
  static final int RTM_GETROUTE = 26;
  static final int RTMSG_SIZE = 12;
  static final int RTNEXTHOP_SIZE = 8;
  static final int RTNH_F_ONLINK = 4;
  static final int RTA_DST = 1;
  static final int RTA_OIF = 4;
  static final int RTA_GATEWAY = 5;
  static final int RTA_PRIORITY = 6;
  static final int RTA_PREFSRC = 7;
  static final int RTA_METRICS = 8;
  static final int RTA_MULTIPATH = 9;
  static final int RTA_TABLE = 15;
  static final int RTA_VIA = 18;
  static final int RTA_ENCAP = 22;
  static final int RTA_NH_ID = 30;
  static final int RTAX_MTU = 2;

  /// `RTAX_…` by number, as ip(8) spells them.
  private static final String[] METRICS = {
    "",
    "a locked metric",
    "mtu",
    "window",
    "rtt",
    "rttvar",
    "ssthresh",
    "cwnd",
    "advmss",
    "reordering",
    "hoplimit",
    "initcwnd",
    "features",
    "rto_min",
    "initrwnd",
    "quickack",
    "congctl",
    "fastopen_no_cookie"
  };

  private static final int LARGEST_TABLE_IN_HEADER = 255;

  private RouteCodec() {}

  static Message all(int family, int table) {
    String call = "RTM_GETROUTE(family " + family + ", table " + table + ")";
    Message message = Message.dump(call, RTM_GETROUTE).u8(family).u8(0).u8(0).u8(0);
    return message.u8(0).u8(0).u8(0).u8(0).u32(0).attribute(RTA_TABLE, table);
  }

  /// Protocol `boot`, as ip(8) has it when none is given.
  static Message add(Route route) {
    int flags = Message.NLM_F_CREATE | Message.NLM_F_EXCL;
    String call = "RTM_NEWROUTE(" + text(route) + ")";
    return body(Message.change(call, RTM_NEWROUTE, flags), Route.RTPROT_BOOT, route);
  }

  /// Protocol 0 (unspecified) stands for routes of any origin.
  static Message delete(Route route) {
    String call = "RTM_DELROUTE(" + text(route) + ")";
    return body(Message.change(call, RTM_DELROUTE, 0), 0, route);
  }

  @Override
  public @Nullable Route read(Replies message) throws NetlinkException {
    if (message.type() != RTM_NEWROUTE) {
      return null;
    }
    message.require(RTMSG_SIZE, "rtmsg");
    int family = message.u8(0);
    if (family != AddressCodec.AF_INET && family != AddressCodec.AF_INET6) {
      return null; // with IPv6 switched off the kernel answers for every family it has
    }
    RouteReader reader = new RouteReader(family, message.u8(4), message.u8(5));
    reader.beyond(message.u8(3) != 0, "a type of service");
    reader.beyond(message.u8(2) != 0, "a source");
    reader.hopFlags = message.s32(8);
    reader.readAll(message.attributes(RTMSG_SIZE));
    return reader.route(message.u8(1), message.u8(6), message.u8(7));
  }

  /// The attributes of one route while they are read.
  private static final class RouteReader {
    private final int family;
    private int hopFlags;
    private int table;
    private @Nullable InetAddress destination;
    private @Nullable InetAddress gateway;
    private @Nullable InetAddress preferredSource;
    private int linkIndex;
    private int metric;
    private int mtu;
    private int nextHopObject;
    private @Nullable String beyond;
    private final int protocol;
    private final List<Route.NextHop> hops = new ArrayList<>();

    RouteReader(int family, int table, int protocol) {
      this.family = family;
      this.table = table;
      this.protocol = protocol;
    }

    void beyond(boolean is, String what) {
      if (is && beyond == null) {
        beyond = what;
      } else if (is && !(", " + beyond + ",").contains(", " + what + ",")) {
        beyond += ", " + what;
      }
    }

    void readAll(Attributes attributes) throws NetlinkException {
      while (attributes.next()) {
        read(attributes);
      }
    }

    private void read(Attributes attribute) throws NetlinkException {
      switch (attribute.type()) {
        case RTA_DST -> destination = AddressCodec.address(family, attribute);
        case RTA_OIF -> linkIndex = attribute.s32();
        case RTA_GATEWAY -> gateway = AddressCodec.address(family, attribute);
        case RTA_VIA -> gateway = AddressCodec.address(attribute.u16(0), attribute, 2);
        case RTA_PRIORITY -> metric = attribute.s32();
        case RTA_PREFSRC -> preferredSource = AddressCodec.address(family, attribute);
        case RTA_METRICS -> readMetrics(attribute.nested());
        case RTA_TABLE -> table = attribute.s32();
        case RTA_MULTIPATH -> readHops(attribute);
        case RTA_NH_ID -> nextHopObject = attribute.s32();
        case RTA_ENCAP -> beyond(true, "an encapsulation");
        default -> {}
      }
    }

    private void readMetrics(Attributes metrics) throws NetlinkException {
      while (metrics.next()) {
        int type = metrics.type();
        if (type == RTAX_MTU) {
          mtu = metrics.s32();
        } else {
          beyond(true, type < METRICS.length ? METRICS[type] : "metric " + type);
        }
      }
    }

    private void readHops(Attributes multipath) throws NetlinkException {
      for (int at = 0; at < multipath.size(); ) {
        int length = multipath.u16(at);
        if (length < RTNEXTHOP_SIZE) {
          throw NetlinkException.malformed("next hop of length " + length);
        }
        RouteReader hop = new RouteReader(family, table, protocol);
        Attributes inside = multipath.nested(at + RTNEXTHOP_SIZE, at + length);
        while (inside.next()) {
          if (inside.type() != RTA_MULTIPATH) { // a hop with hops would recurse
            hop.read(inside);
          }
        }
        boolean onlink = (multipath.u8(at + 2) & RTNH_F_ONLINK) != 0;
        hops.add(
            new Route.NextHop(
                hop.gateway, multipath.s32(at + 4), onlink, multipath.u8(at + 3) + 1));
        if (hop.beyond != null) {
          beyond(true, hop.beyond);
        }
        at += (length + 3) & ~3;
      }
    }

    Route route(int prefixLength, int scope, int type) throws NetlinkException {
      if (destination == null && prefixLength != 0) {
        throw NetlinkException.malformed("route of length " + prefixLength + " without RTA_DST");
      }
      Route route =
          new Route(
              family,
              prefixLength == 0 ? null : destination,
              prefixLength,
              gateway,
              linkIndex,
              metric,
              scope,
              type,
              table,
              (hopFlags & RTNH_F_ONLINK) != 0,
              mtu,
              preferredSource,
              List.of(),
              protocol,
              nextHopObject,
              beyond);
      return hops.isEmpty() ? route : route.withHops(hops);
    }
  }

  private static Message body(Message message, int protocol, Route route) {
    boolean small = route.table() <= LARGEST_TABLE_IN_HEADER;
    message.u8(route.family()).u8(route.prefixLength()).u8(0).u8(0);
    message.u8(small ? route.table() : 0).u8(protocol).u8(route.scope()).u8(route.type());
    message.u32(route.hops().isEmpty() && route.onlink() ? RTNH_F_ONLINK : 0);
    InetAddress destination = route.destination();
    if (destination != null) {
      message.attribute(RTA_DST, destination.getAddress());
    }
    gateway(message, route);
    number(message, RTA_OIF, route.linkIndex());
    number(message, RTA_PRIORITY, route.metric());
    InetAddress source = route.preferredSource();
    if (source != null) {
      message.attribute(RTA_PREFSRC, source.getAddress());
    }
    if (route.mtu() != 0) {
      int metrics = message.begin(RTA_METRICS);
      message.attribute(RTAX_MTU, route.mtu()).end(metrics);
    }
    return small ? message : message.attribute(RTA_TABLE, route.table());
  }

  private static void gateway(Message message, Route route) {
    InetAddress gateway = route.gateway();
    if (gateway == null) {
      return;
    }
    int family = AddressCodec.family(gateway);
    if (family == route.family()) {
      message.attribute(RTA_GATEWAY, gateway.getAddress());
      return;
    }
    int via = message.begin(RTA_VIA);
    message.u16(family);
    for (byte b : gateway.getAddress()) {
      message.u8(b);
    }
    message.end(via);
  }

  private static void number(Message message, int type, int value) {
    if (value != 0) {
      message.attribute(type, value);
    }
  }

  private static String text(Route route) {
    InetAddress destination = route.destination();
    InetAddress gateway = route.gateway();
    return (destination == null ? "default" : destination.getHostAddress())
        + "/"
        + route.prefixLength()
        + (gateway == null ? "" : ", via " + gateway.getHostAddress())
        + ", link "
        + route.linkIndex();
  }
}
