package dev.urunj.linux.netlink;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// What is known of a neighbour's link-layer address (ARP, NDP); `RTM_NEWNEIGH`.
///
/// @param mac null while it is not known, or when the link is not Ethernet
/// @param state `NUD_…` of `include/uapi/linux/neighbour.h`
/// @param flags `NTF_…`
public record Neighbour(
    int linkIndex, InetAddress address, @Nullable MacAddress mac, int state, int flags) {
  public static final int NUD_INCOMPLETE = 0x01;
  public static final int NUD_REACHABLE = 0x02;
  public static final int NUD_STALE = 0x04;
  public static final int NUD_DELAY = 0x08;
  public static final int NUD_PROBE = 0x10;
  public static final int NUD_FAILED = 0x20;
  public static final int NUD_NOARP = 0x40;
  public static final int NUD_PERMANENT = 0x80;

  /// An entry that stays until it is deleted.
  public static Neighbour permanent(int linkIndex, InetAddress address, MacAddress mac) {
    return new Neighbour(linkIndex, address, mac, NUD_PERMANENT, 0);
  }

  public boolean isPermanent() {
    return (state & NUD_PERMANENT) != 0;
  }
}
