package dev.urunj.runtime.network.fixed;

import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.PodShare;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.WiringSight;
import java.io.IOException;
import java.util.List;

/// Reads and judges what a guest with a net of its own needs in its pod.
final class FixedLook {
  private FixedLook() {}

  static WiringSight look(LookRequest request, PodSocket here) {
    Link pod = request.pod();
    Link tap = request.tap();
    if (pod == null || tap == null) {
      return WiringSight.NONE;
    }
    FixedNet net = new FixedNet(here.route());
    try {
      boolean table = net.stands(tap.index());
      boolean forwarding = net.hasTraces(pod);
      return sight(
          List.of(table(tap, table), forwarding(pod, forwarding, request.inPod())), List.of());
    } catch (IOException e) {
      return sight(
          List.of(Hop.unknown("table", "not read"), Hop.unknown("forwarding", "not read")),
          List.of("the table of the static network: " + e.getMessage()));
    }
  }

  private static WiringSight sight(List<Hop> hops, List<String> unread) {
    return new WiringSight(List.of(), PodShare.NONE, hops, List.of(), unread);
  }

  /// @param stands whether our table is there, for this guest
  static Hop table(Link tap, boolean stands) {
    return stands
        ? Hop.ok("table", "ip urunj-static is there for " + tap.name())
        : Hop.broken(
            "table", "ip urunj-static is gone, so the guest does not reach the world", Hop.RESTART);
  }

  /// @param isOn whether the pod's interface forwards
  static Hop forwarding(Link pod, boolean isOn, String inPod) {
    String setting = "net/ipv4/conf/" + pod.name() + "/forwarding";
    return isOn
        ? Hop.ok("forwarding", pod.name() + " forwards answers to the guest")
        : Hop.broken(
            "forwarding",
            setting + " is off, so answers from the world do not reach the guest",
            inPod + "sysctl -w " + setting + "=1");
  }
}
