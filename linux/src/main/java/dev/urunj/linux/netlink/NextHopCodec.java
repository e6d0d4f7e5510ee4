package dev.urunj.linux.netlink;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages about next hop objects, `include/uapi/linux/nexthop.h`, since Linux 5.3. Fixed part:
/// `struct nhmsg`, 8 bytes:
///
/// ```
/// u8 nh_family, u8 nh_scope, u8 nh_protocol, u8 resvd, u32 nh_flags
/// ```
///
/// `NHA_GROUP` is a list of `struct nexthop_grp`, 8 bytes: `u32 id, u8 weight - 1, u8, u16`.
final class NextHopCodec implements Decoder<NextHopCodec.NextHopObject> {
  static final NextHopCodec READER = new NextHopCodec();

  static final int RTM_NEWNEXTHOP = 104;
  static final int RTM_GETNEXTHOP = 106;
  static final int NHMSG_SIZE = 8;
  static final int NEXTHOP_GRP_SIZE = 8;
  static final int NHA_ID = 1;
  static final int NHA_GROUP = 2;
  static final int NHA_OIF = 5;
  static final int NHA_GATEWAY = 6;

  private NextHopCodec() {}

  /// An object: one next hop, or shares in other objects.
  ///
  /// @param hop null for a group and for a black hole
  record NextHopObject(int id, Route.@Nullable NextHop hop, List<Member> members) {}

  record Member(int id, int weight) {}

  static Message all() {
    return Message.dump("RTM_GETNEXTHOP", RTM_GETNEXTHOP).u8(0).u8(0).u8(0).u8(0).u32(0);
  }

  @Override
  public @Nullable NextHopObject read(Replies message) throws NetlinkException {
    if (message.type() != RTM_NEWNEXTHOP) {
      return null;
    }
    message.require(NHMSG_SIZE, "nhmsg");
    int id = 0;
    int link = 0;
    InetAddress gateway = null;
    List<Member> members = new ArrayList<>();
    Attributes attributes = message.attributes(NHMSG_SIZE);
    while (attributes.next()) {
      switch (attributes.type()) {
        case NHA_ID -> id = attributes.s32();
        case NHA_OIF -> link = attributes.s32();
        case NHA_GATEWAY -> gateway = AddressCodec.address(message.u8(0), attributes);
        case NHA_GROUP -> readMembers(attributes, members);
        default -> {}
      }
    }
    boolean onlink = (message.s32(4) & RouteCodec.RTNH_F_ONLINK) != 0;
    return new NextHopObject(
        id, link == 0 ? null : new Route.NextHop(gateway, link, onlink, 1), members);
  }

  private static void readMembers(Attributes group, List<Member> members) throws NetlinkException {
    for (int at = 0; at < group.size(); at += NEXTHOP_GRP_SIZE) {
      members.add(new Member(group.s32(at), group.u8(at + 4) + 1));
    }
  }

  /// The next hops of an object's number; empty when the object is gone or a black hole.
  static List<Route.NextHop> resolve(int id, List<NextHopObject> objects) {
    NextHopObject object = find(id, objects);
    if (object == null) {
      return List.of();
    }
    if (object.hop() != null) {
      return List.of(object.hop());
    }
    List<Route.NextHop> hops = new ArrayList<>();
    for (Member member : object.members()) {
      NextHopObject part = find(member.id(), objects);
      Route.NextHop hop = part == null ? null : part.hop();
      if (hop != null) {
        hops.add(new Route.NextHop(hop.gateway(), hop.linkIndex(), hop.onlink(), member.weight()));
      }
    }
    return hops;
  }

  private static @Nullable NextHopObject find(int id, List<NextHopObject> objects) {
    for (NextHopObject object : objects) {
      if (object.id() == id) {
        return object;
      }
    }
    return null;
  }
}
