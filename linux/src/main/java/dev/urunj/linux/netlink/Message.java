package dev.urunj.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One request while it is written: `struct nlmsghdr` (16 bytes), a fixed struct, attributes.
///
/// ```
/// u32 nlmsg_len, u16 nlmsg_type, u16 nlmsg_flags, u32 nlmsg_seq, u32 nlmsg_pid
/// ```
///
/// Sequence number and port are zero until [#writeTo] puts the message on the wire.
final class Message {
  // include/uapi/linux/netlink.h
  static final int NLMSG_HDRLEN = 16;
  static final int NLA_HDRLEN = 4;
  static final int NLM_F_REQUEST = 0x1;
  static final int NLM_F_ACK = 0x4;
  static final int NLM_F_DUMP = 0x300;
  static final int NLM_F_REPLACE = 0x100;
  static final int NLM_F_EXCL = 0x200;
  static final int NLM_F_CREATE = 0x400;
  static final int NLM_F_APPEND = 0x800;
  static final int NLA_F_NESTED = 0x8000;

  private static final int SEQUENCE_OFFSET = 8;
  private static final int PORT_OFFSET = 12;

  private final String call;
  private ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

  private Message(String call, int type, int flags) {
    this.call = call;
    u32(0).u16(type).u16(flags | NLM_F_REQUEST).u32(0).u32(0);
  }

  /// A request for one object, answered by that object or an error.
  static Message get(String call, int type) {
    return new Message(call, type, 0);
  }

  /// A request for all objects, answered by any number of messages and `NLMSG_DONE`.
  static Message dump(String call, int type) {
    return new Message(call, type, NLM_F_DUMP);
  }

  /// What encloses a batch of changes, answered by errors only.
  static Message border(String call, int type) {
    return new Message(call, type, 0);
  }

  /// A change, answered by an acknowledgement.
  static Message change(String call, int type, int flags) {
    return new Message(call, type, flags | NLM_F_ACK);
  }

  /// The request in readable form: `RTM_NEWLINK(link 3, up)`.
  String call() {
    return call;
  }

  Message u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  Message u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  Message u32(int value) {
    room(4).putInt(value);
    return this;
  }

  Message attribute(int type, byte[] value) {
    u16(NLA_HDRLEN + value.length).u16(type);
    room(value.length).put(value);
    return pad();
  }

  Message attribute(int type, int value) {
    return u16(NLA_HDRLEN + 4).u16(type).u32(value);
  }

  /// An integer in network byte order, whose machine is little-endian.
  Message networkAttribute(int type, int value) {
    return attribute(type, Integer.reverseBytes(value));
  }

  /// A string with its terminating zero byte.
  Message attribute(int type, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return attribute(type, Arrays.copyOf(utf8, utf8.length + 1));
  }

  /// Opens an attribute that contains what is written until [#end] is called with the result.
  int begin(int type) {
    int start = bytes.position();
    u16(0).u16(type);
    return start;
  }

  Message end(int start) {
    bytes.putShort(start, (short) (bytes.position() - start));
    return pad();
  }

  int size() {
    return bytes.position();
  }

  /// Puts the finished message on the wire.
  void writeTo(ByteBuffer target, int sequence, int port) {
    bytes.putInt(0, size());
    bytes.putInt(SEQUENCE_OFFSET, sequence);
    bytes.putInt(PORT_OFFSET, port);
    target.put(bytes.array(), 0, size());
  }

  private Message pad() {
    while (bytes.position() % 4 != 0) {
      u8(0);
    }
    return this;
  }

  private ByteBuffer room(int size) {
    if (bytes.remaining() < size) {
      byte[] larger = Arrays.copyOf(bytes.array(), 2 * (bytes.capacity() + size));
      bytes = ByteBuffer.wrap(larger).order(ByteOrder.nativeOrder()).position(bytes.position());
    }
    return bytes;
  }
}
