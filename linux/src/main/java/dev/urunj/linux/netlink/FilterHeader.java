package dev.urunj.linux.netlink;

/// What the messages about filters of every kind have in common, `include/uapi/linux/pkt_sched.h`.
final class FilterHeader {
  static final int RTM_NEWTFILTER = 44;
  static final int ETH_P_ALL = 3; // uapi/linux/if_ether.h

  private FilterHeader() {}

  /// `tcm_info`: the priority above the protocol, and that as htons(3) on the little-endian
  /// machines that this runs on.
  static int info(int priority, int protocol) {
    return (priority << 16) | Short.toUnsignedInt(Short.reverseBytes((short) protocol));
  }

  /// As tc(8) prints a handle: `ffff:fff2`.
  static String handle(int value) {
    return Integer.toHexString(value >>> 16) + ":" + Integer.toHexString(value & 0xffff);
  }
}
