package dev.urunj.linux.netlink;

/// The filter that moves every frame that comes in on one link to another link's way out.
///
/// @param parent [Filter#INGRESS]
/// @param priority 1 to 65535
/// @param handleNode 1 to 4095, which tells the filter from others
/// @param targetLinkIndex the link that sends the frames
/// @param cookie at most 16 bytes, kept by the kernel and given back in dumps; may be empty
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
public record Redirect(
    int linkIndex, int parent, int priority, int handleNode, int targetLinkIndex, byte[] cookie) {
  static final String KIND = "u32";
  static final int TC_COOKIE_MAX_SIZE = 16; // include/net/act_api.h

  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException when a value is out of its range
  public Redirect {
    if (priority < 1 || priority > 0xffff) {
      throw new IllegalArgumentException("priority " + priority + ", expected 1 to 65535");
    }
    if (handleNode < 1 || handleNode > 0xfff) {
      throw new IllegalArgumentException("handle node " + handleNode + ", expected 1 to 4095");
    }
    if (cookie.length > TC_COOKIE_MAX_SIZE) {
      throw new IllegalArgumentException("cookie of " + cookie.length + " bytes, at most 16");
    }
    cookie = cookie.clone();
  }

  @Override
  public byte[] cookie() {
    return cookie.clone();
  }
}
