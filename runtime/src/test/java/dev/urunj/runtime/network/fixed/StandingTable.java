package dev.urunj.runtime.network.fixed;

import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.network.PodShare;
import dev.urunj.runtime.network.WiringSight;
import java.util.List;

/// A net of its own for the guest, as tests of other packages want it seen.
public final class StandingTable {
  private StandingTable() {}

  public static WiringSight sight(Link pod, Link tap, boolean table, boolean forwarding) {
    List<Hop> hops =
        List.of(FixedLook.table(tap, table), FixedLook.forwarding(pod, forwarding, ""));
    return new WiringSight(List.of(), PodShare.NONE, hops, List.of(), List.of());
  }
}
