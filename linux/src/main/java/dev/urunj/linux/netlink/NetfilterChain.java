package dev.urunj.linux.netlink;

/// A chain that packets come through by themselves, because it is at a hook. What reaches its end
/// goes on.
///
/// @param name 1 to 255 bytes, unique in its table
/// @param type `nat` or `filter`; of a connection only the first packet comes through a `nat` chain
/// @param hook `NF_INET_…`
/// @param priority the kernel asks the smaller one first; see the constants
public record NetfilterChain(String name, String type, int hook, int priority) {
  // include/uapi/linux/netfilter.h
  public static final int NF_INET_PRE_ROUTING = 0;
  public static final int NF_INET_LOCAL_IN = 1;
  public static final int NF_INET_FORWARD = 2;
  public static final int NF_INET_LOCAL_OUT = 3;
  public static final int NF_INET_POST_ROUTING = 4;

  // include/uapi/linux/netfilter_ipv4.h
  /// `dstnat` of nft(8): for [#NF_INET_PRE_ROUTING] and [#NF_INET_LOCAL_OUT].
  public static final int NF_IP_PRI_NAT_DST = -100;

  public static final int NF_IP_PRI_FILTER = 0;

  /// `srcnat` of nft(8): for [#NF_INET_POST_ROUTING].
  public static final int NF_IP_PRI_NAT_SRC = 100;

  /// Checks the name.
  ///
  /// @throws IllegalArgumentException when it is empty or too long
  public NetfilterChain {
    NetfilterTable.check(name, "chain name", 1, 255);
  }
}
