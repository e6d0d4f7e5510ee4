package dev.urunj.linux.netlink;

import java.nio.ByteBuffer;

/// A cursor over the messages of one datagram. Everything is checked before it is read, so whatever
/// the bytes are, the outcome is a message or a [NetlinkException].
///
/// `(next (type | sequence | flags | require (u8 | u16 | s32)* attributes?)*)*`
final class Replies {
  // include/uapi/linux/netlink.h
  static final int NLMSG_NOOP = 1;
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;
  static final int NLMSG_OVERRUN = 4;
  static final int NLM_F_DUMP_INTR = 0x10;
  static final int NLM_F_CAPPED = 0x100;
  static final int NLM_F_ACK_TLVS = 0x200;

  private final ByteBuffer bytes;
  private final int length;
  private final int port;
  private int start;
  private int end;
  private int following;

  /// The messages in one datagram.
  ///
  /// @param bytes in host byte order
  /// @param length how many of them, from index 0, belong to the datagram
  /// @param port the own one: messages for another are passed over
  Replies(ByteBuffer bytes, int length, int port) {
    this.bytes = bytes;
    this.length = length;
    this.port = port;
  }

  /// Bytes of the datagram.
  int length() {
    return length;
  }

  boolean next() throws NetlinkException {
    while (following < length) {
      advance();
      if (type() == NLMSG_OVERRUN) {
        throw NetlinkException.malformed("messages were lost (NLMSG_OVERRUN)");
      }
      if (bytes.getInt(start + 12) == port) {
        return true;
      }
    }
    return false;
  }

  private void advance() throws NetlinkException {
    start = following;
    int rest = length - start;
    if (rest < Message.NLMSG_HDRLEN) {
      throw NetlinkException.malformed(rest + " bytes where a message header of 16 was expected");
    }
    int size = bytes.getInt(start);
    if (size < Message.NLMSG_HDRLEN || size > rest) {
      throw NetlinkException.malformed("message of length " + size + " in " + rest + " bytes");
    }
    end = start + size;
    following = start + ((size + 3) & ~3);
  }

  int type() {
    return Short.toUnsignedInt(bytes.getShort(start + 4));
  }

  int flags() {
    return Short.toUnsignedInt(bytes.getShort(start + 6));
  }

  int sequence() {
    return bytes.getInt(start + 8);
  }

  /// Bytes behind the message header.
  int payloadSize() {
    return end - start - Message.NLMSG_HDRLEN;
  }

  /// Checks that the payload starts with a whole struct; its fields may be read afterwards.
  void require(int size, String struct) throws NetlinkException {
    if (payloadSize() < size) {
      throw NetlinkException.malformed(
          payloadSize() + " bytes where struct " + struct + " of " + size + " was expected");
    }
  }

  int u8(int offset) {
    return Byte.toUnsignedInt(bytes.get(payload(offset)));
  }

  int u16(int offset) {
    return Short.toUnsignedInt(bytes.getShort(payload(offset)));
  }

  int s32(int offset) {
    return bytes.getInt(payload(offset));
  }

  /// The attributes from an offset of the payload (that of the struct's end) on.
  Attributes attributes(int offset) {
    return new Attributes(bytes, payload(offset), end);
  }

  private int payload(int offset) {
    return start + Message.NLMSG_HDRLEN + offset;
  }
}
