package dev.urunj.runtime.network.fabric;

/// A port that a guest has declared to be its own: `struct port` of `src/main/c/pod-fabric.h`, 4
/// bytes.
///
/// @param protocol [#TCP] or [#UDP]
/// @param number 1 to 65535
record FabricPort(int protocol, int number) {
  static final int TCP = 6; // IPPROTO_TCP, uapi/linux/in.h
  static final int UDP = 17;

  static final int BYTES = 4;

  /// Of one guest.
  ///
  /// @param slot the guest's
  record Owned(FabricPort port, int slot) {}

  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException when a value is out of its range
  FabricPort {
    if ((protocol != TCP && protocol != UDP) || number < 1 || number > 0xffff) {
      throw new IllegalArgumentException("port " + number + " of protocol " + protocol);
    }
  }

  /// As people write it: `80/tcp`.
  String text() {
    return number + (protocol == TCP ? "/tcp" : "/udp");
  }

  boolean isSameAs(FabricPort other) {
    return protocol == other.protocol && number == other.number;
  }

  byte[] toBytes() {
    return new byte[] {(byte) protocol, 0, (byte) (number >> 8), (byte) number};
  }

  static FabricPort readFrom(byte[] bytes) {
    return new FabricPort(bytes[0], (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff));
  }
}
