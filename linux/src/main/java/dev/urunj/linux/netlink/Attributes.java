package dev.urunj.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A cursor over the attributes of a message or of another attribute; `struct nlattr`, 4 bytes:
/// `u16 nla_len, u16 nla_type`. A wrong length is a [NetlinkException].
final class Attributes {
  private static final int NLA_TYPE_MASK = 0x3fff; // the two upper bits: nested, network byte order

  private final ByteBuffer bytes;
  private final int end;
  private int value;
  private int valueEnd;
  private int following;

  Attributes(ByteBuffer bytes, int start, int end) {
    this.bytes = bytes;
    this.following = start;
    this.end = end;
  }

  boolean next() throws NetlinkException {
    int rest = end - following;
    if (rest < Message.NLA_HDRLEN) {
      return false; // as nla_ok() of the kernel: up to three bytes of padding may be left
    }
    int size = Short.toUnsignedInt(bytes.getShort(following));
    if (size < Message.NLA_HDRLEN || size > rest) {
      throw NetlinkException.malformed("attribute of length " + size + " in " + rest + " bytes");
    }
    value = following + Message.NLA_HDRLEN;
    valueEnd = following + size;
    following += (size + 3) & ~3;
    return true;
  }

  int type() {
    return bytes.getShort(value - 2) & NLA_TYPE_MASK;
  }

  int size() {
    return valueEnd - value;
  }

  int u8() throws NetlinkException {
    return u8(0);
  }

  int u8(int offset) throws NetlinkException {
    return Byte.toUnsignedInt(bytes.get(at(offset, 1)));
  }

  int u16(int offset) throws NetlinkException {
    return Short.toUnsignedInt(bytes.getShort(at(offset, 2)));
  }

  int s32() throws NetlinkException {
    return s32(0);
  }

  int s32(int offset) throws NetlinkException {
    return bytes.getInt(at(offset, 4));
  }

  /// UTF-8 up to the first zero byte. The kernel never checks the encoding of a name, so bytes that
  /// are not UTF-8 become U+FFFD.
  String string() {
    int length = 0;
    while (length < size() && bytes.get(value + length) != 0) {
      length++;
    }
    return new String(copy(0, length), StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    return copy(0, size());
  }

  byte[] bytesFrom(int offset) throws NetlinkException {
    return copy(offset, size() - (at(offset, 0) - value));
  }

  Attributes nested() throws NetlinkException {
    return nested(0);
  }

  /// Attributes behind a struct of `offset` bytes.
  Attributes nested(int offset) throws NetlinkException {
    return nested(offset, size());
  }

  /// Attributes between two offsets of this attribute's value.
  Attributes nested(int from, int to) throws NetlinkException {
    at(0, to);
    return new Attributes(bytes, at(from, 0), value + to);
  }

  private byte[] copy(int offset, int length) {
    byte[] copy = new byte[length];
    bytes.get(value + offset, copy);
    return copy;
  }

  private int at(int offset, int length) throws NetlinkException {
    if (offset + length > size()) {
      throw NetlinkException.malformed(
          "attribute " + type() + " of " + size() + " bytes, expected " + (offset + length));
    }
    return value + offset;
  }
}
