package dev.urunj.linux.netlink;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Messages about neighbours. Fixed part: `struct ndmsg`, 12 bytes,
/// `include/uapi/linux/neighbour.h`:
///
/// ```
/// u8 ndm_family, u8 pad, u16 pad, s32 ndm_ifindex, u16 ndm_state, u8 ndm_flags, u8 ndm_type
/// ```
final class NeighbourCodec implements Decoder<Neighbour> {
  static final NeighbourCodec READER = new NeighbourCodec();

  static final int RTM_NEWNEIGH = 28;
  static final int RTM_GETNEIGH = 30;
  static final int NDMSG_SIZE = 12;
  static final int NDA_DST = 1;
  static final int NDA_LLADDR = 2;
  static final int NDA_IFINDEX = 8;

  private NeighbourCodec() {}

  /// With strict checking the link is named by an attribute, the header's field must be 0.
  static Message all(int linkIndex) {
    Message message = Message.dump("RTM_GETNEIGH(link " + linkIndex + ")", RTM_GETNEIGH);
    return header(message, 0, 0, 0, 0).attribute(NDA_IFINDEX, linkIndex);
  }

  static Message add(Neighbour neighbour) {
    InetAddress address = neighbour.address();
    String call =
        "RTM_NEWNEIGH(link " + neighbour.linkIndex() + ", " + address.getHostAddress() + ")";
    Message message = Message.change(call, RTM_NEWNEIGH, Message.NLM_F_CREATE | Message.NLM_F_EXCL);
    int family = AddressCodec.family(address);
    header(message, family, neighbour.linkIndex(), neighbour.state(), neighbour.flags());
    message.attribute(NDA_DST, address.getAddress());
    MacAddress mac = neighbour.mac();
    return mac == null ? message : message.attribute(NDA_LLADDR, mac.toBytes());
  }

  @Override
  public @Nullable Neighbour read(Replies message) throws NetlinkException {
    if (message.type() != RTM_NEWNEIGH) {
      return null;
    }
    message.require(NDMSG_SIZE, "ndmsg");
    InetAddress address = null;
    MacAddress mac = null;
    Attributes attributes = message.attributes(NDMSG_SIZE);
    while (attributes.next()) {
      switch (attributes.type()) {
        case NDA_DST -> address = AddressCodec.address(message.u8(0), attributes);
        case NDA_LLADDR -> mac = LinkCodec.readMac(attributes);
        default -> {}
      }
    }
    if (address == null) {
      return null;
    }
    return new Neighbour(message.s32(4), address, mac, message.u16(8), message.u8(10));
  }

  private static Message header(Message message, int family, int linkIndex, int state, int flags) {
    return message.u8(family).u8(0).u16(0).u32(linkIndex).u16(state).u8(flags).u8(0);
  }
}
