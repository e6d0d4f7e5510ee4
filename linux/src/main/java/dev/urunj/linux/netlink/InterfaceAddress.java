package dev.urunj.linux.netlink;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// An address of a link; `RTM_NEWADDR`.
///
/// @param address the link's own address (`IFA_LOCAL` where there is one)
/// @param peer the other end of a point-to-point link, to which the prefix belongs then; else null
/// @param prefixLength bits, 0 to 32 or 128
/// @param scope `RT_SCOPE_…`: 0 global, 253 link, 254 host
/// @param flags `IFA_F_…` of `include/uapi/linux/if_addr.h`
public record InterfaceAddress(
    int linkIndex,
    InetAddress address,
    @Nullable InetAddress peer,
    int prefixLength,
    int scope,
    int flags) {
  static final int IFA_F_NODAD = 0x02;
  static final int IFA_F_DADFAILED = 0x08;
  static final int IFA_F_TENTATIVE = 0x40;
  static final int IFA_F_PERMANENT = 0x80;

  /// Not from a router's advertisement, without an end of life.
  public boolean isPermanent() {
    return (flags & IFA_F_PERMANENT) != 0;
  }

  /// IPv6: duplicate address detection is not done for it.
  boolean isWithoutDuplicateDetection() {
    return (flags & IFA_F_NODAD) != 0;
  }

  /// IPv6: duplicate address detection runs or failed, the address cannot be used.
  boolean isTentative() {
    return (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0;
  }
}
