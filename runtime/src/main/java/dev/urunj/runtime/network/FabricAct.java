package dev.urunj.runtime.network;

import java.net.InetAddress;

/// One thing that the fabric does to a pod beside its TAP. All guests of a pod share it: it is
/// undone when the last of them goes.
public sealed interface FabricAct {
  /// Our filter at a link.
  ///
  /// @param link the link's name, for people
  /// @param linkIndex its index
  /// @param egress at the link's way out, not in
  record Classifier(String link, int linkIndex, boolean egress) implements FabricAct {}

  /// A setting of the kernel gets another value.
  ///
  /// @param name as a path, `net/ipv4/conf/lo/route_localnet`
  /// @param before its value before
  /// @param value the one it gets; a command that later finds another one leaves it alone
  record Setting(String name, String before, String value) implements FabricAct {}

  /// A net is made the pod's own, at its loopback interface; its source is that interface's own
  /// address. Same as: `ip route add local $destination/$prefixLength dev lo src 127.0.0.1 mtu
  /// $mtu`
  record LocalRoute(InetAddress destination, int prefixLength, int mtu) implements FabricAct {}
}
