package dev.urunj.runtime.network.fabric;

import java.net.InetAddress;

/// A net that is the pod's own, at its loopback interface; its source is that interface's own
/// address. Same as: `ip route add local $destination/$prefixLength dev lo src 127.0.0.1 mtu $mtu`
///
/// @param mtu bytes
record LocalNet(InetAddress destination, int prefixLength, int mtu) {}
