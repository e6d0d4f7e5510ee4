package dev.urunj.runtime.guest;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The addresses by which a guest reaches the localhost of its pod: what it sends there arrives at
/// 127.0.0.1 and ::1 of the pod's other containers. Its own 127.0.0.1 stays its own.
///
/// @param ipv4 null for a guest without IPv4, and where localhost is not shared
/// @param ipv6 likewise
/// @param lent an IPv4 address that the guest has for `ipv4` alone, null where it has one anyway
public record PodLocalhost(
    @Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6, @Nullable Inet4Address lent) {
  public static final PodLocalhost NONE = new PodLocalhost(null, null);

  private static final String NAME = "pod-localhost";
  private static final String VARIABLE = "URUNJ_POD_LOCALHOST";
  private static final String VARIABLE6 = "URUNJ_POD_LOCALHOST6";

  /// For a guest that has an IPv4 address anyway, or none.
  public PodLocalhost(@Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6) {
    this(ipv4, ipv6, null);
  }

  /// For a guest that gets IPv4 alone, and the pod's own address.
  PodLocalhost withoutIpv6() {
    return new PodLocalhost(lent == null ? ipv4 : null, null);
  }

  /// The variables of a program, with a variable for each address behind them. What the container
  /// sets itself stays.
  List<String> environment(List<String> given) {
    List<String> all = new ArrayList<>(given);
    addVariable(all, VARIABLE, ipv4);
    addVariable(all, VARIABLE6, ipv6);
    return all;
  }

  private static void addVariable(List<String> env, String name, @Nullable InetAddress value) {
    if (value == null) {
      return;
    }
    for (String entry : env) {
      if (entry.startsWith(name + "=")) {
        return;
      }
    }
    env.add(name + "=" + value.getHostAddress());
  }

  /// Lines of hosts(5), without line breaks.
  List<String> hosts() {
    List<String> lines = new ArrayList<>();
    if (ipv4 != null) {
      lines.add(ipv4.getHostAddress() + " " + NAME);
    }
    if (ipv6 != null) {
      lines.add(ipv6.getHostAddress() + " " + NAME);
    }
    return lines;
  }

  /// What the guest dials where the pod dials a loopback address: the same family's, else the
  /// other's; null when there is none at all.
  public @Nullable InetAddress insteadOf(InetAddress loopback) {
    boolean preferIpv4 = ipv6 == null || (loopback instanceof Inet4Address && ipv4 != null);
    return preferIpv4 ? ipv4 : ipv6;
  }
}
