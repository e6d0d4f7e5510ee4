package dev.urunj.runtime.inspect;

import dev.urunj.runtime.guest.PodLocalhost;
import dev.urunj.runtime.guest.ResolvConf;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A name server of the container.
///
/// @param address as its resolv.conf has it: escape before printing
/// @param guestSees the address under which the guest asks it; null where the guest cannot reach it
public record NameServer(String address, @Nullable String guestSees) {
  /// All of them, in their order.
  ///
  /// @param localhost where the guest finds the pod's
  static List<NameServer> of(ResolvConf resolver, PodLocalhost localhost) {
    List<NameServer> all = new ArrayList<>();
    for (String nameserver : resolver.nameservers()) {
      InetAddress loopback = ResolvConf.loopback(nameserver);
      InetAddress alias = loopback == null ? null : localhost.insteadOf(loopback);
      String seen = alias == null ? null : alias.getHostAddress();
      all.add(new NameServer(nameserver, loopback == null ? nameserver : seen));
    }
    return all;
  }
}
