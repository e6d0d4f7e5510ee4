package dev.urunj.runtime.guest;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a unikernel takes of its pod's network: one IPv4 address, one gateway, name servers.
///
/// @param address the first IPv4 address of the pod's interface
/// @param gateway of the default route; null without one
/// @param nameservers the IPv4 ones of those that the guest asks, in their order
/// @param search domains in which names are looked up
record OneAddress(
    GuestNetwork.Address address,
    @Nullable InetAddress gateway,
    List<String> nameservers,
    List<String> search) {
  OneAddress {
    nameservers = List.copyOf(nameservers);
    search = List.copyOf(search);
  }

  /// Of a guest's network.
  ///
  /// @return null when there is none, or no IPv4 in it
  static @Nullable OneAddress of(@Nullable GuestNetwork network) {
    GuestNetwork.Address address = network == null ? null : network.firstIpv4();
    if (network == null || address == null) {
      return null;
    }
    ResolvConf conf = network.names().conf();
    List<String> nameservers = new ArrayList<>();
    for (String nameserver : conf.nameservers()) {
      if (isIpv4(nameserver)) {
        nameservers.add(nameserver);
      }
    }
    return new OneAddress(address, network.ipv4Gateway(), nameservers, conf.search());
  }

  private static boolean isIpv4(String nameserver) {
    try {
      return InetAddress.ofLiteral(nameserver) instanceof Inet4Address;
    } catch (IllegalArgumentException _) {
      return false; // with a zone, or no address at all
    }
  }

  /// `ADDRESS/PREFIX`.
  String cidr() {
    return address.ip().getHostAddress() + "/" + address.prefix();
  }

  /// The gateway's address, or nothing.
  String gatewayText() {
    return gateway == null ? "" : gateway.getHostAddress();
  }
}
