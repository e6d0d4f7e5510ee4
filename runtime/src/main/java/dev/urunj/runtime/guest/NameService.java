package dev.urunj.runtime.guest;

import dev.urunj.linux.errno.Quoted;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// The name servers that a guest asks. A nameserver on a loopback address of the pod (Docker's
/// 127.0.0.11, a resolver in a sidecar) is out of a guest's reach by that address; where localhost
/// is shared, the guest's address for it stands in its place. Every other nameserver, their order,
/// the search domains and the options are the container's.
///
/// @param conf in no guest's syntax; each kind of guest says it in its own
/// @param isRewritten whether it differs from the container's
/// @param notes nameservers that the guest cannot reach, or not as the pod does, one line each
record NameService(ResolvConf conf, boolean isRewritten, List<String> notes) {
  NameService {
    notes = List.copyOf(notes);
  }

  static NameService of(ResolvConf container, PodLocalhost localhost) {
    List<String> nameservers = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    boolean rewritten = false;
    for (String nameserver : container.nameservers()) {
      InetAddress loopback = ResolvConf.loopback(nameserver);
      InetAddress alias = loopback == null ? null : localhost.insteadOf(loopback);
      if (alias == null) {
        nameservers.add(nameserver);
        if (loopback != null) {
          notes.add(
              "nameserver "
                  + Quoted.of(nameserver)
                  + ": the guest cannot reach a loopback address of its pod");
        }
        continue;
      }
      rewritten = true;
      if (alias instanceof Inet4Address != loopback instanceof Inet4Address) {
        notes.add(
            "nameserver "
                + Quoted.of(nameserver)
                + ": the guest has no address of that family and asks at the pod's "
                + (alias instanceof Inet4Address ? "127.0.0.1" : "::1"));
      }
      if (!nameservers.contains(alias.getHostAddress())) {
        nameservers.add(alias.getHostAddress());
      }
    }
    return new NameService(
        new ResolvConf(nameservers, container.search(), container.options()), rewritten, notes);
  }
}
