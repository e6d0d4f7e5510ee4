package dev.urunj.runtime.network;

import java.net.InetAddress;

/// A net of IP addresses.
///
/// @param address any of it
public record IpNet(InetAddress address, int prefixLength) {
  /// As people write it.
  public String text() {
    return address.getHostAddress() + "/" + prefixLength;
  }

  /// Whether any address is in both.
  public boolean overlaps(IpNet other) {
    byte[] one = address.getAddress();
    byte[] two = other.address.getAddress();
    if (one.length != two.length) {
      return false;
    }
    int bits = Math.min(prefixLength, other.prefixLength);
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if (((one[i / 8] ^ two[i / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
