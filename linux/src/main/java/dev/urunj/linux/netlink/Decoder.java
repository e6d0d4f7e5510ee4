package dev.urunj.linux.netlink;

import org.jspecify.annotations.Nullable;

/// Reads one message of an answer.
@FunctionalInterface
interface Decoder<T> {
  /// The object in a message; null for a message that is not wanted.
  @Nullable T read(Replies message) throws NetlinkException;
}
