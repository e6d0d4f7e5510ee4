package dev.urunj.linux.netlink;

import dev.urunj.linux.errno.Quoted;
import dev.urunj.linux.file.Fd;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Messages about links. Fixed part: `struct ifinfomsg`, 16 bytes,
/// `include/uapi/linux/rtnetlink.h`:
///
/// ```
/// u8 ifi_family, u8 pad, u16 ifi_type, s32 ifi_index, u32 ifi_flags, u32 ifi_change
/// ```
final class LinkCodec implements Decoder<Link> {
  static final LinkCodec READER = new LinkCodec();

  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int IFINFOMSG_SIZE = 16;

  // include/uapi/linux/if_link.h
  static final int IFLA_ADDRESS = 1;
  static final int IFLA_IFNAME = 3;
  static final int IFLA_MTU = 4;
  static final int IFLA_LINK = 5;
  static final int IFLA_MASTER = 10;
  static final int IFLA_TXQLEN = 13;
  static final int IFLA_OPERSTATE = 16;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_NET_NS_FD = 28;
  static final int IFLA_EXT_MASK = 29;
  static final int IFLA_CARRIER = 33;
  static final int IFLA_LINK_NETNSID = 37;
  static final int IFLA_INFO_KIND = 1;
  static final int IFLA_INFO_DATA = 2;
  static final int IFLA_TUN_PERSIST = 6; // since Linux 4.17
  static final int VETH_INFO_PEER = 1; // uapi/linux/veth.h
  static final int RTEXT_FILTER_SKIP_STATS = 8; // uapi/linux/rtnetlink.h
  static final int IFNAMSIZ = 16; // uapi/linux/if.h, with the zero byte

  private static final int MAC_LENGTH = 6;
  private static final String TUN = "tun"; // of TAPs too

  private LinkCodec() {}

  static Message all() {
    return question(Message.dump("RTM_GETLINK(all)", RTM_GETLINK), 0);
  }

  static Message one(int index) {
    return question(Message.get("RTM_GETLINK(link " + index + ")", RTM_GETLINK), index);
  }

  static Message one(String name) {
    Message message = Message.get("RTM_GETLINK(" + Quoted.of(name) + ")", RTM_GETLINK);
    return question(message, 0).attribute(IFLA_IFNAME, checked(name));
  }

  /// Without counters, which no caller here reads and which are most of an answer's bytes and time.
  private static Message question(Message message, int index) {
    return header(message, index, 0, 0).attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  }

  static Message flags(int index, int flags, int mask) {
    String text = "flags " + flags + "/" + mask;
    return header(change(index, text), index, flags, mask);
  }

  static Message mtu(int index, int mtu) {
    return header(change(index, "mtu " + mtu), index, 0, 0).attribute(IFLA_MTU, mtu);
  }

  /// The attributes are applied before the flags, so a link is up with the right MTU from the
  /// start.
  static Message configure(int index, int mtu, boolean up) {
    Message message = change(index, "mtu " + mtu + (up ? ", up" : ", down"));
    return header(message, index, up ? Link.IFF_UP : 0, Link.IFF_UP).attribute(IFLA_MTU, mtu);
  }

  static Message mac(int index, MacAddress mac) {
    return header(change(index, "address " + mac), index, 0, 0)
        .attribute(IFLA_ADDRESS, mac.toBytes());
  }

  static Message name(int index, String name) {
    return header(change(index, "name " + Quoted.of(name)), index, 0, 0)
        .attribute(IFLA_IFNAME, checked(name));
  }

  static Message netns(int index, Fd netns) {
    return header(change(index, "netns fd " + netns.number()), index, 0, 0)
        .attribute(IFLA_NET_NS_FD, netns.number());
  }

  static Message master(int index, int masterIndex) {
    return header(change(index, "master " + masterIndex), index, 0, 0)
        .attribute(IFLA_MASTER, masterIndex);
  }

  static Message delete(int index) {
    String call = "RTM_DELLINK(link " + index + ")";
    return header(Message.change(call, RTM_DELLINK, 0), index, 0, 0);
  }

  static Message create(String name, String kind) {
    Message message = creation(name, kind);
    int info = message.begin(IFLA_LINKINFO);
    return message.attribute(IFLA_INFO_KIND, kind).end(info);
  }

  /// The peer is a whole link message of its own, without `nlmsghdr`, inside `VETH_INFO_PEER`.
  static Message createVeth(String name, String peerName, @Nullable Fd peerNetns) {
    Message message = creation(name, "veth, peer " + Quoted.of(peerName));
    int info = message.begin(IFLA_LINKINFO);
    message.attribute(IFLA_INFO_KIND, "veth");
    int data = message.begin(IFLA_INFO_DATA);
    int peer = message.begin(VETH_INFO_PEER);
    header(message, 0, 0, 0).attribute(IFLA_IFNAME, checked(peerName));
    if (peerNetns != null) {
      message.attribute(IFLA_NET_NS_FD, peerNetns.number());
    }
    return message.end(peer).end(data).end(info);
  }

  @Override
  public @Nullable Link read(Replies message) throws NetlinkException {
    if (message.type() != RTM_NEWLINK) {
      return null;
    }
    message.require(IFINFOMSG_SIZE, "ifinfomsg");
    LinkReader reader = new LinkReader();
    Attributes attributes = message.attributes(IFINFOMSG_SIZE);
    while (attributes.next()) {
      reader.read(attributes);
    }
    return reader.link(message.s32(4), message.u16(2), message.s32(8));
  }

  /// The attributes of one link while they are read.
  private static final class LinkReader {
    private String name = "";
    private int mtu;
    private int txQueueLength;
    private @Nullable MacAddress mac;
    private @Nullable String kind;
    private boolean carrier;
    private int operState;
    private int masterIndex;
    private int peerIndex;
    private int peerNetnsId = -1;
    private boolean persistent;

    void read(Attributes attribute) throws NetlinkException {
      switch (attribute.type()) {
        case IFLA_IFNAME -> name = attribute.string();
        case IFLA_MTU -> mtu = attribute.s32();
        case IFLA_TXQLEN -> txQueueLength = attribute.s32();
        case IFLA_ADDRESS -> mac = readMac(attribute);
        case IFLA_LINKINFO -> readInfo(attribute.nested());
        case IFLA_CARRIER -> carrier = attribute.u8() != 0;
        case IFLA_OPERSTATE -> operState = attribute.u8();
        case IFLA_MASTER -> masterIndex = attribute.s32();
        case IFLA_LINK -> peerIndex = attribute.s32();
        case IFLA_LINK_NETNSID -> peerNetnsId = attribute.s32();
        default -> {}
      }
    }

    Link link(int index, int type, int flags) {
      return new Link(
          index,
          name,
          type,
          flags,
          mtu,
          txQueueLength,
          mac,
          kind,
          carrier,
          operState,
          masterIndex,
          peerIndex,
          peerNetnsId,
          persistent);
    }

    /// The kind comes first; what follows it means something for that kind alone.
    private void readInfo(Attributes info) throws NetlinkException {
      while (info.next()) {
        if (info.type() == IFLA_INFO_KIND) {
          kind = info.string();
        } else if (info.type() == IFLA_INFO_DATA && TUN.equals(kind)) {
          persistent = isPersistent(info.nested());
        }
      }
    }

    private static boolean isPersistent(Attributes data) throws NetlinkException {
      while (data.next()) {
        if (data.type() == IFLA_TUN_PERSIST) {
          return data.u8() != 0;
        }
      }
      return false;
    }
  }

  /// A link-layer address; null when it is not Ethernet's.
  static @Nullable MacAddress readMac(Attributes attribute) {
    return attribute.size() == MAC_LENGTH ? MacAddress.of(attribute.bytes()) : null;
  }

  private static Message header(Message message, int index, int flags, int mask) {
    return message.u8(0).u8(0).u16(0).u32(index).u32(flags).u32(mask);
  }

  private static Message change(int index, String what) {
    return Message.change("RTM_NEWLINK(link " + index + ", " + what + ")", RTM_NEWLINK, 0);
  }

  private static Message creation(String name, String what) {
    String call = "RTM_NEWLINK(" + Quoted.of(name) + ", " + what + ")";
    int flags = Message.NLM_F_CREATE | Message.NLM_F_EXCL;
    return header(Message.change(call, RTM_NEWLINK, flags), 0, 0, 0)
        .attribute(IFLA_IFNAME, checked(name));
  }

  /// Java would let pass what C cuts short.
  private static String checked(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length >= IFNAMSIZ || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "interface name " + Quoted.of(name) + ": expected 1 to 15 bytes without a zero byte");
    }
    return name;
  }
}
