package dev.urunj.linux.netlink;

import org.jspecify.annotations.Nullable;

/// A network interface as its namespace sees it; `RTM_NEWLINK`.
///
/// @param index the number by which the kernel knows the link, unique in its namespace until the
///   link goes; indexes are not reused soon, names are
/// @param name at most 15 bytes; anything but `/`, `:` and white space may be in it
/// @param type `ARPHRD_…` of `include/uapi/linux/if_arp.h`: 1 for Ethernet, 772 for loopback
/// @param flags `IFF_…` of `include/uapi/linux/if.h`
/// @param mtu bytes
/// @param txQueueLength packets
/// @param mac null when the link has no Ethernet address (a TUN, a tunnel)
/// @param kind `veth`, `tun` (for TAPs too), `bridge`, …; null for a device with a driver of its
///   own and for loopback
/// @param carrier `IFLA_CARRIER`: for a TAP whether a process holds its descriptor, also while the
///   link is down
/// @param operState RFC 2863: 0 unknown (every link that does not report it), 2 down, 6 up
/// @param masterIndex the bridge or bond this link is in; 0 for none
/// @param peerIndex `IFLA_LINK`: index of the veth peer or lower device, in the namespace that
///   `peerNetnsId` names; 0 for none
/// @param peerNetnsId the id that this namespace gave to the peer's; -1 when it is the same one
/// @param persistent `IFLA_TUN_PERSIST`: for a TAP whether it stays when no process holds it
public record Link(
    int index,
    String name,
    int type,
    int flags,
    int mtu,
    int txQueueLength,
    @Nullable MacAddress mac,
    @Nullable String kind,
    boolean carrier,
    int operState,
    int masterIndex,
    int peerIndex,
    int peerNetnsId,
    boolean persistent) {
  public static final int ARPHRD_ETHER = 1; // uapi/linux/if_arp.h
  public static final int IF_OPER_DOWN = 2; // uapi/linux/if.h
  public static final int IF_OPER_UP = 6;
  static final int IFF_UP = 0x1;
  static final int IFF_LOOPBACK = 0x8;
  static final int IFF_LOWER_UP = 0x10000;

  /// Set up by the administrator (`IFF_UP`); says nothing about a carrier.
  public boolean isUp() {
    return (flags & IFF_UP) != 0;
  }

  public boolean isLoopback() {
    return (flags & IFF_LOOPBACK) != 0;
  }

  /// `IFF_LOWER_UP`: up, and there is a carrier.
  public boolean isLowerUp() {
    return (flags & IFF_LOWER_UP) != 0;
  }
}
