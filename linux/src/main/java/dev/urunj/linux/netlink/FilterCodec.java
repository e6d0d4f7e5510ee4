package dev.urunj.linux.netlink;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages about filters. Fixed part: `struct tcmsg` as in [QdiscCodec]; `tcm_info` has the
/// priority in the upper 16 bits and the protocol, in network byte order, in the lower ones.
///
/// `TCA_U32_SEL` is `struct tc_u32_sel`, 16 bytes, and `nkeys` times `struct tc_u32_key`, 16 bytes,
/// `include/uapi/linux/pkt_cls.h`:
///
/// ```
/// u8 flags, u8 offshift, u8 nkeys, u8 pad, be16 offmask, u16 off, s16 offoff, s16 hoff, be32 hmask
/// be32 mask, be32 val, s32 off, s32 offmask
/// ```
///
/// `TCA_MIRRED_PARMS` is `struct tc_mirred`, 28 bytes, `include/uapi/linux/tc_act/tc_mirred.h`:
///
/// ```
/// u32 index, u32 capab, s32 action, s32 refcnt, s32 bindcnt, s32 eaction, u32 ifindex
/// ```
final class FilterCodec implements Decoder<Filter> {
  static final FilterCodec READER = new FilterCodec();

  static final int RTM_DELTFILTER = 45;
  static final int RTM_GETTFILTER = 46;
  static final int TCA_U32_SEL = 5;
  static final int TCA_U32_ACT = 7;
  static final int TC_U32_TERMINAL = 1;
  static final int TCA_ACT_KIND = 1;
  static final int TCA_ACT_OPTIONS = 2;
  static final int TCA_ACT_COOKIE = 6;
  static final int TC_ACT_OK = 0;
  static final int TC_ACT_STOLEN = 4;
  static final int TCA_MIRRED_PARMS = 2;
  static final int TCA_EGRESS_REDIR = 1;
  static final int TCA_EGRESS_MIRROR = 2;
  static final int TC_MIRRED_SIZE = 28;
  static final int TC_U32_SEL_SIZE = 16;
  static final int TC_U32_KEY_SIZE = 16;

  private static final int MIRRED_EACTION_OFFSET = 20;
  private static final int MIRRED_IFINDEX_OFFSET = 24;
  private static final int U32_NODE_MASK = 0xfff;
  private static final byte[] NO_COOKIE = {};

  private FilterCodec() {}

  static Message all(int linkIndex, int parent) {
    String call =
        "RTM_GETTFILTER(link " + linkIndex + ", parent " + FilterHeader.handle(parent) + ")";
    return QdiscCodec.header(Message.dump(call, RTM_GETTFILTER), linkIndex, 0, parent, 0);
  }

  /// A key with mask 0 matches every packet. A selector without keys would too, but tc(8) never
  /// makes one.
  static Message add(Redirect redirect) {
    return add(redirect, "redirect", List.of(new Mirror.Key(0, 0, 0)), TC_ACT_STOLEN);
  }

  static Message add(Mirror mirror) {
    return add(mirror.filter(), "mirror", mirror.keys(), TC_ACT_OK);
  }

  private static Message add(Redirect to, String word, List<Mirror.Key> keys, int then) {
    String call =
        "RTM_NEWTFILTER(link "
            + to.linkIndex()
            + ", parent "
            + FilterHeader.handle(to.parent())
            + ", priority "
            + to.priority()
            + ", "
            + word
            + " to link "
            + to.targetLinkIndex()
            + ")";
    int flags = Message.NLM_F_CREATE | Message.NLM_F_EXCL;
    Message message = Message.change(call, FilterHeader.RTM_NEWTFILTER, flags);
    int info = FilterHeader.info(to.priority(), FilterHeader.ETH_P_ALL);
    QdiscCodec.header(message, to.linkIndex(), to.handleNode(), to.parent(), info);
    message.attribute(QdiscCodec.TCA_KIND, Redirect.KIND);
    int options = message.begin(QdiscCodec.TCA_OPTIONS);
    int selector = message.begin(TCA_U32_SEL);
    message.u8(TC_U32_TERMINAL).u8(0).u8(keys.size()).u8(0).u16(0).u16(0).u16(0).u16(0).u32(0);
    for (Mirror.Key key : keys) {
      message.u32(network(key.mask())).u32(network(key.value())).u32(key.offset()).u32(0);
    }
    message.end(selector);
    int actions = message.begin(TCA_U32_ACT);
    mirred(message, to, then);
    return message.end(actions).end(options);
  }

  static Message delete(Filter filter) {
    return delete(filter, filter.handle());
  }

  /// Handle 0 stands for all filters of a priority.
  static Message deletePriority(Filter filter) {
    return delete(filter, 0);
  }

  private static Message delete(Filter filter, int handle) {
    String call =
        "RTM_DELTFILTER(link "
            + filter.linkIndex()
            + ", parent "
            + FilterHeader.handle(filter.parent())
            + ", priority "
            + filter.priority()
            + ", handle 0x"
            + Integer.toHexString(handle)
            + ")";
    Message message = Message.change(call, RTM_DELTFILTER, 0);
    int info = FilterHeader.info(filter.priority(), filter.protocol());
    return QdiscCodec.header(message, filter.linkIndex(), handle, filter.parent(), info)
        .attribute(QdiscCodec.TCA_KIND, filter.kind());
  }

  /// Leaves out what the kernel lists beside filters: a priority's head (handle 0) and hash tables
  /// of `u32` (node 0).
  @Override
  public @Nullable Filter read(Replies message) throws NetlinkException {
    if (message.type() != FilterHeader.RTM_NEWTFILTER) {
      return null;
    }
    message.require(QdiscCodec.TCMSG_SIZE, "tcmsg");
    String kind = "";
    Attributes options = null;
    Attributes attributes = message.attributes(QdiscCodec.TCMSG_SIZE);
    while (attributes.next()) {
      switch (attributes.type()) {
        case QdiscCodec.TCA_KIND -> kind = attributes.string();
        case QdiscCodec.TCA_OPTIONS -> options = attributes.nested();
        default -> {}
      }
    }
    boolean u32 = kind.equals(Redirect.KIND);
    int handle = message.s32(8);
    if (handle == 0 || (u32 && (handle & U32_NODE_MASK) == 0)) {
      return null;
    }
    ActionReader action = new ActionReader();
    if (u32 && options != null) {
      action.readFirstOf(options);
    }
    FilterProgram program = null;
    if (options != null && kind.equals(Classifier.KIND)) {
      program = ClassifierCodec.read(options);
    }
    int info = message.s32(16);
    return new Filter(
        message.s32(4),
        message.s32(12),
        info >>> 16,
        Short.toUnsignedInt(network((short) info)),
        handle,
        kind,
        action.target,
        action.cookie,
        program);
  }

  /// The first action of a `u32` filter while it is read.
  private static final class ActionReader {
    private @Nullable Integer target;
    private byte[] cookie = NO_COOKIE;

    void readFirstOf(Attributes options) throws NetlinkException {
      while (options.next()) {
        if (options.type() == TCA_U32_ACT) {
          Attributes actions = options.nested();
          if (actions.next()) {
            read(actions.nested());
          }
        }
      }
    }

    private void read(Attributes action) throws NetlinkException {
      String kind = "";
      Attributes options = null;
      while (action.next()) {
        switch (action.type()) {
          case TCA_ACT_KIND -> kind = action.string();
          case TCA_ACT_OPTIONS -> options = action.nested();
          case TCA_ACT_COOKIE -> cookie = action.bytes();
          default -> {}
        }
      }
      if (options != null && kind.equals("mirred")) {
        readMirred(options);
      }
    }

    private void readMirred(Attributes options) throws NetlinkException {
      while (options.next()) {
        if (options.type() == TCA_MIRRED_PARMS) {
          int action = options.s32(MIRRED_EACTION_OFFSET);
          if (action == TCA_EGRESS_REDIR || action == TCA_EGRESS_MIRROR) {
            target = options.s32(MIRRED_IFINDEX_OFFSET);
          }
        }
      }
    }
  }

  /// @param then what becomes of the frame itself: with a redirect it is gone
  private static void mirred(Message message, Redirect to, int then) {
    int first = message.begin(1); // actions are numbered from 1 in their order
    message.attribute(TCA_ACT_KIND, "mirred");
    int options = message.begin(TCA_ACT_OPTIONS);
    int parameters = message.begin(TCA_MIRRED_PARMS);
    message.u32(0).u32(0).u32(then).u32(0).u32(0);
    message.u32(then == TC_ACT_STOLEN ? TCA_EGRESS_REDIR : TCA_EGRESS_MIRROR);
    message.u32(to.targetLinkIndex());
    message.end(parameters).end(options);
    byte[] cookie = to.cookie();
    if (cookie.length > 0) {
      message.attribute(TCA_ACT_COOKIE, cookie);
    }
    message.end(first);
  }

  /// As htons(3) and htonl(3) on the little-endian machines that this runs on.
  private static short network(short value) {
    return Short.reverseBytes(value);
  }

  private static int network(int value) {
    return Integer.reverseBytes(value);
  }
}
