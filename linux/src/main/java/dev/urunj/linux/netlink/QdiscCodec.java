package dev.urunj.linux.netlink;

import org.jspecify.annotations.Nullable;

/// Messages about queueing disciplines. Fixed part, for filters too: `struct tcmsg`, 20 bytes,
/// `include/uapi/linux/rtnetlink.h`:
///
/// ```
/// u8 tcm_family, u8 pad, u16 pad, s32 tcm_ifindex, u32 tcm_handle, u32 tcm_parent, u32 tcm_info
/// ```
final class QdiscCodec {
  static final int RTM_NEWQDISC = 36;
  static final int RTM_DELQDISC = 37;
  static final int RTM_GETQDISC = 38;
  static final int TCMSG_SIZE = 20;
  static final int TCA_KIND = 1;
  static final int TCA_OPTIONS = 2;

  private static final int INGRESS_HANDLE = 0xffff0000;

  private QdiscCodec() {}

  /// The kernel dumps those of all links, whatever the request names.
  static Message all() {
    return header(Message.dump("RTM_GETQDISC(all)", RTM_GETQDISC), 0, 0, 0, 0);
  }

  /// Adds what handles incoming packets.
  ///
  /// @param kind `ingress` or `clsact`, both with handle ffff: at the parent ffff:fff1
  static Message addIngress(int linkIndex, String kind) {
    int flags = Message.NLM_F_CREATE | Message.NLM_F_EXCL;
    Message message = Message.change(call("RTM_NEWQDISC", linkIndex, kind), RTM_NEWQDISC, flags);
    return header(message, linkIndex, INGRESS_HANDLE, Qdisc.INGRESS, 0).attribute(TCA_KIND, kind);
  }

  static Message replaceRoot(int linkIndex, String kind) {
    int flags = Message.NLM_F_CREATE | Message.NLM_F_REPLACE;
    Message message =
        Message.change(call("RTM_NEWQDISC", linkIndex, "root " + kind), RTM_NEWQDISC, flags);
    return header(message, linkIndex, 0, Qdisc.ROOT, 0).attribute(TCA_KIND, kind);
  }

  static Message delete(Qdisc qdisc) {
    String call = call("RTM_DELQDISC", qdisc.linkIndex(), qdisc.kind());
    Message message = Message.change(call, RTM_DELQDISC, 0);
    return header(message, qdisc.linkIndex(), qdisc.handle(), qdisc.parent(), 0)
        .attribute(TCA_KIND, qdisc.kind());
  }

  static Decoder<Qdisc> ofLink(int linkIndex) {
    return new OfLink(linkIndex);
  }

  private static final class OfLink implements Decoder<Qdisc> {
    private final int linkIndex;

    OfLink(int linkIndex) {
      this.linkIndex = linkIndex;
    }

    @Override
    public @Nullable Qdisc read(Replies message) throws NetlinkException {
      Qdisc qdisc = QdiscCodec.read(message);
      return qdisc != null && qdisc.linkIndex() == linkIndex ? qdisc : null;
    }
  }

  static @Nullable Qdisc read(Replies message) throws NetlinkException {
    if (message.type() != RTM_NEWQDISC) {
      return null;
    }
    message.require(TCMSG_SIZE, "tcmsg");
    String kind = "";
    Attributes attributes = message.attributes(TCMSG_SIZE);
    while (attributes.next()) {
      if (attributes.type() == TCA_KIND) {
        kind = attributes.string();
      }
    }
    return new Qdisc(message.s32(4), kind, message.s32(8), message.s32(12));
  }

  static Message header(Message message, int linkIndex, int handle, int parent, int info) {
    return message.u8(0).u8(0).u16(0).u32(linkIndex).u32(handle).u32(parent).u32(info);
  }

  private static String call(String name, int linkIndex, String what) {
    return name + "(link " + linkIndex + ", " + what + ")";
  }
}
