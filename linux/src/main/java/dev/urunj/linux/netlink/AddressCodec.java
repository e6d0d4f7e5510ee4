package dev.urunj.linux.netlink;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Messages about addresses. Fixed part: `struct ifaddrmsg`, 8 bytes,
/// `include/uapi/linux/if_addr.h`:
///
/// ```
/// u8 ifa_family, u8 ifa_prefixlen, u8 ifa_flags, u8 ifa_scope, u32 ifa_index
/// ```
final class AddressCodec implements Decoder<InterfaceAddress> {
  static final AddressCodec READER = new AddressCodec();

  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  static final int RTM_GETADDR = 22;
  static final int IFADDRMSG_SIZE = 8;
  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_FLAGS = 8;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  private AddressCodec() {}

  static Message all(int linkIndex) {
    Message message = Message.dump("RTM_GETADDR(link " + linkIndex + ")", RTM_GETADDR);
    return message.u8(0).u8(0).u8(0).u8(0).u32(linkIndex);
  }

  static Message add(int linkIndex, InetAddress address, int prefixLength) {
    String call = call("RTM_NEWADDR", linkIndex, address, prefixLength);
    int flags = Message.NLM_F_CREATE | Message.NLM_F_EXCL;
    Message message = Message.change(call, RTM_NEWADDR, flags);
    return addressed(message, linkIndex, address, prefixLength);
  }

  static Message delete(int linkIndex, InetAddress address, int prefixLength) {
    String call = call("RTM_DELADDR", linkIndex, address, prefixLength);
    Message message = Message.change(call, RTM_DELADDR, 0);
    return addressed(message, linkIndex, address, prefixLength);
  }

  @Override
  public @Nullable InterfaceAddress read(Replies message) throws NetlinkException {
    if (message.type() != RTM_NEWADDR) {
      return null;
    }
    message.require(IFADDRMSG_SIZE, "ifaddrmsg");
    int family = message.u8(0);
    int flags = message.u8(2);
    InetAddress address = null;
    InetAddress local = null;
    Attributes attributes = message.attributes(IFADDRMSG_SIZE);
    while (attributes.next()) {
      switch (attributes.type()) {
        case IFA_ADDRESS -> address = address(family, attributes);
        case IFA_LOCAL -> local = address(family, attributes);
        case IFA_FLAGS -> flags = attributes.s32();
        default -> {}
      }
    }
    if (address == null && local == null) {
      return null; // another family, such as AF_MCTP
    }
    InetAddress own = local == null ? Objects.requireNonNull(address) : local;
    InetAddress peer = address == null || address.equals(own) ? null : address;
    return new InterfaceAddress(message.s32(4), own, peer, message.u8(1), message.u8(3), flags);
  }

  static int family(InetAddress address) {
    return address instanceof Inet4Address ? AF_INET : AF_INET6;
  }

  /// The address that is the whole value; null for a family other than IPv4 and IPv6.
  static @Nullable InetAddress address(int family, Attributes attribute) throws NetlinkException {
    return address(family, attribute, 0);
  }

  /// An address of the family's length at an offset of the attribute's value.
  static @Nullable InetAddress address(int family, Attributes attribute, int offset)
      throws NetlinkException {
    if (family != AF_INET && family != AF_INET6) {
      return null;
    }
    byte[] bytes = attribute.bytesFrom(offset);
    int length = family == AF_INET ? 4 : 16;
    if (bytes.length < length) {
      throw NetlinkException.malformed("address of " + bytes.length + " bytes, expected " + length);
    }
    return address(family, Arrays.copyOf(bytes, length));
  }

  private static InetAddress address(int family, byte[] bytes) throws NetlinkException {
    try {
      // getByAddress(byte[]) would turn ::ffff:10.0.0.1 into an IPv4 address.
      return family == AF_INET
          ? InetAddress.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw NetlinkException.malformed("address of " + bytes.length + " bytes");
    }
  }

  private static Message addressed(
      Message message, int linkIndex, InetAddress address, int prefixLength) {
    byte[] bytes = address.getAddress();
    return message
        .u8(family(address))
        .u8(prefixLength)
        .u8(0)
        .u8(0)
        .u32(linkIndex)
        .attribute(IFA_LOCAL, bytes)
        .attribute(IFA_ADDRESS, bytes);
  }

  private static String call(String name, int linkIndex, InetAddress address, int prefixLength) {
    return name + "(link " + linkIndex + ", " + address.getHostAddress() + "/" + prefixLength + ")";
  }
}
