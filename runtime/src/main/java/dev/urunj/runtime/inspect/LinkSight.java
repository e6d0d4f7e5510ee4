package dev.urunj.runtime.inspect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A link of the pod's namespace.
///
/// @param name as the kernel has it: escape before printing
/// @param mac in the usual notation, null where it has none
/// @param mtu bytes
/// @param carrier for a TAP whether a process holds it
/// @param rootQdisc kind of the qdisc at its way out
/// @param addresses of global scope, with prefix lengths; empty but for the pod's interface
/// @param traffic null where the kernel does not tell
public record LinkSight(
    String name,
    int index,
    @Nullable String mac,
    int mtu,
    boolean isUp,
    boolean carrier,
    @Nullable String rootQdisc,
    List<String> addresses,
    @Nullable LinkTraffic traffic) {
  public LinkSight {
    addresses = List.copyOf(addresses);
  }
}
