package dev.urunj.e2e.matrix;

import java.util.List;

/// A transport by one of the two families.
enum MatrixProtocol {
  TCP_4("TCP, IPv4", "tcp", false),
  UDP_4("UDP, IPv4", "udp", false),
  TCP_6("TCP, IPv6", "tcp", true),
  UDP_6("UDP, IPv6", "udp", true),
  ICMP_4("ICMP", "icmp", false),
  ICMP_6("ICMPv6", "icmp", true);

  static final List<MatrixProtocol> PORTED = List.of(TCP_4, UDP_4, TCP_6, UDP_6);
  static final List<MatrixProtocol> ECHOING = List.of(ICMP_4, ICMP_6);

  private final String text;
  private final String kind;
  private final boolean six;

  MatrixProtocol(String text, String kind, boolean six) {
    this.text = text;
    this.kind = kind;
    this.six = six;
  }

  boolean isSix() {
    return six;
  }

  /// The words for the prober.
  String target(String address, int port) {
    return kind + "/" + address + (port == 0 ? "" : "/" + port);
  }

  @Override
  public String toString() {
    return text;
  }
}
