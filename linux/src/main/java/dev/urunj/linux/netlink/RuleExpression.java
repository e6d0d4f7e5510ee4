package dev.urunj.linux.netlink;

import java.net.InetAddress;

/// One part of a rule: what a packet must be, or what is done with it.
public sealed interface RuleExpression {
  /// The packet came in on the link of that name. Same as: `iifname $name`
  record InputLink(String name) implements RuleExpression {
    /// Checks the name.
    public InputLink {
      NetfilterTable.check(name, "link name", 1, 15);
    }
  }

  /// The packet goes out on the link of that name. Same as: `oifname $name`
  record OutputLink(String name) implements RuleExpression {
    /// Checks the name.
    public OutputLink {
      NetfilterTable.check(name, "link name", 1, 15);
    }
  }

  /// The packet comes from that network. Same as: `ip saddr $network/$prefix`
  ///
  /// @param network bits behind the prefix do not matter
  /// @param prefixLength 1 to 32 or 128 bits
  record Source(InetAddress network, int prefixLength) implements RuleExpression {
    /// Checks the prefix.
    public Source {
      checkPrefix(network, prefixLength);
    }
  }

  /// The packet is for that network. Same as: `ip daddr $network/$prefix`
  ///
  /// @param network bits behind the prefix do not matter
  /// @param prefixLength 1 to 32 or 128 bits
  record Destination(InetAddress network, int prefixLength) implements RuleExpression {
    /// Checks the prefix.
    public Destination {
      checkPrefix(network, prefixLength);
    }
  }

  /// The packet is for that port. Same as: `tcp dport $port`, `udp dport $port`
  ///
  /// @param protocol `IPPROTO_TCP` 6 or `IPPROTO_UDP` 17
  /// @param port 1 to 65535
  record DestinationPort(int protocol, int port) implements RuleExpression {
    /// Checks the ranges.
    public DestinationPort {
      if (protocol < 1 || protocol > 255 || port < 1 || port > 0xffff) {
        throw new IllegalArgumentException("protocol " + protocol + ", port " + port);
      }
    }
  }

  /// Packets and bytes that came this far are counted. Same as: `counter`
  record Counter() implements RuleExpression {}

  /// The source becomes the address of the link that the packet goes out on. Only in a `nat` chain
  /// at [NetfilterChain#NF_INET_POST_ROUTING]. Same as: `masquerade`
  record Masquerade() implements RuleExpression {}

  /// The destination becomes another. Only in a `nat` chain at [NetfilterChain#NF_INET_PRE_ROUTING]
  /// or [NetfilterChain#NF_INET_LOCAL_OUT]. Same as: `dnat to $address:$port`
  ///
  /// @param port 1 to 65535, or 0 to leave the port
  record DestinationNat(InetAddress address, int port) implements RuleExpression {
    /// Checks the range.
    public DestinationNat {
      if (port < 0 || port > 0xffff) {
        throw new IllegalArgumentException("port " + port + ", expected 0 to 65535");
      }
    }
  }

  /// Ends the chain: the kernel asks no further rule of it. Same as: `accept`
  record Accept() implements RuleExpression {}

  /// The packet is gone. Same as: `drop`
  record Drop() implements RuleExpression {}

  private static void checkPrefix(InetAddress network, int prefixLength) {
    int most = 8 * network.getAddress().length;
    if (prefixLength < 1 || prefixLength > most) {
      throw new IllegalArgumentException(
          "prefix of " + prefixLength + " bits, expected 1 to " + most);
    }
  }
}
