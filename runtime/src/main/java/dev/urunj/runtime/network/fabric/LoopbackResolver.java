package dev.urunj.runtime.network.fabric;

import java.net.InetAddress;

/// A resolver that answers on a loopback address of the pod, where a guest cannot reach it by that
/// address: Docker's 127.0.0.11, systemd's 127.0.0.53, a node's own on ::1.
///
/// @param address the local address of the pod that it is bound to
/// @param udpPort where it answers; Docker's is bound to another port than 53, behind a rule
/// @param tcpPort likewise; 0 where it answers by UDP only
record LoopbackResolver(InetAddress address, int udpPort, int tcpPort) {}
