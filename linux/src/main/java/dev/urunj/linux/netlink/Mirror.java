package dev.urunj.linux.netlink;

import java.util.List;

/// The filter that shows another link a copy of some of the frames that come in on a link, and lets
/// the link's own stack have the frames themselves. Filters behind it do not see them.
///
/// @param filter where the filter sits, what tells it from others, and which link sends the copies
/// @param keys all of which a frame has to match
public record Mirror(Redirect filter, List<Key> keys) {
  /// Four bytes of a frame.
  ///
  /// @param offset from the network header; the four bytes before it end with the EtherType
  /// @param mask,value in the order of the bytes in the frame
  public record Key(int offset, int mask, int value) {}

  /// Keeps a copy.
  ///
  /// @throws IllegalArgumentException when there are no keys, or more than a filter takes
  public Mirror {
    if (keys.isEmpty() || keys.size() > 128) { // TCA_U32_SEL has room for 255
      throw new IllegalArgumentException(keys.size() + " keys, expected 1 to 128");
    }
    keys = List.copyOf(keys);
  }
}
