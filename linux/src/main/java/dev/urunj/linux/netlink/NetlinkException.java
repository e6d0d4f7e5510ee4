package dev.urunj.linux.netlink;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.errno.Quoted;
import org.jspecify.annotations.Nullable;

/// A netlink request that the kernel refused, in the kernel's own words where it gave any (extended
/// acknowledgement, netlink(7)): `RTM_NEWQDISC(link 5, clsact) = -1 EEXIST (File exists):
/// Exclusivity flag on, cannot modify`. An answer that cannot be understood is `EPROTO`.
public final class NetlinkException extends ErrnoException {
  private static final long serialVersionUID = 1;

  private final @Nullable String kernelMessage;
  private final int offset;

  NetlinkException(String call, int errno, @Nullable String kernelMessage, int offset) {
    super(call, errno, detail(kernelMessage == null ? null : Quoted.line(kernelMessage), offset));
    this.kernelMessage = kernelMessage;
    this.offset = offset;
  }

  /// An answer that is not what `include/uapi/linux/netlink.h` says it must be.
  static NetlinkException malformed(String what) {
    return new NetlinkException("recvfrom(AF_NETLINK)", Errno.EPROTO, what, 0);
  }

  /// `NLMSGERR_ATTR_MSG`: what the kernel said beyond the number, or what was wrong with its
  /// answer.
  @Nullable String kernelMessage() {
    return kernelMessage;
  }

  /// `NLMSGERR_ATTR_OFFS`: offset in bytes of the attribute that was refused, counted from the
  /// start of the request; 0 when the kernel named none.
  int offset() {
    return offset;
  }

  private static @Nullable String detail(@Nullable String kernelMessage, int offset) {
    if (offset == 0) {
      return kernelMessage;
    }
    String at = "the attribute at byte " + offset + " of the request";
    return kernelMessage == null ? at : kernelMessage + " (" + at + ")";
  }
}
