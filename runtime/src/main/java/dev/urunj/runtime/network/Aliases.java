package dev.urunj.runtime.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import org.jspecify.annotations.Nullable;

/// The addresses under which a guest reaches the pod's own localhost: what the guest sends there
/// arrives at 127.0.0.1 and ::1 of the pod. Each is the first of a small net of which the programs
/// of the fabric use others (`pod-fabric.h`): a /24 of IPv4, a /120 of IPv6.
///
/// @param ipv4 null for a guest without IPv4
/// @param ipv6 null for a guest without IPv6
/// @param lent in a pod without IPv4 the address from which the guest dials `ipv4`, and at which it
///   is dialled by localhost; no route but that to the alias's net begins from it
public record Aliases(
    @Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6, @Nullable Inet4Address lent) {
  /// Of a pod that has addresses of its own.
  public Aliases(@Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6) {
    this(ipv4, ipv6, null);
  }
}
