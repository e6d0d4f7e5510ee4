package dev.urunj.runtime.inspect;

import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.netns.Verdict;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Goes the way from the monitor to the world, hop by hop, over what was seen. Asks the kernel and
/// the monitor nothing.
///
/// It judges each hop by itself, and skips one that needs something missing. So the first broken
/// hop is the cause of the broken ones behind it, or at least not their effect.
final class Health {
  private final ContainerRecord record;
  private final Status status;
  private final String lastWords;
  private final @Nullable NamespaceSight namespace;
  private final @Nullable PodSight pod;
  private final List<Hop> hops = new ArrayList<>();

  /// From what was seen.
  ///
  /// @param lastWords of the monitor of a stopped container, or empty
  Health(
      ContainerRecord record,
      Status status,
      String lastWords,
      @Nullable NamespaceSight namespace,
      @Nullable PodSight pod) {
    this.record = record;
    this.status = status;
    this.lastWords = lastWords;
    this.namespace = namespace;
    this.pod = pod;
  }

  List<Hop> hops() {
    hops.add(monitor());
    NamespaceSight seen = namespace;
    NetworkRecord network = record.network();
    if (seen == null || network == null) {
      hops.add(Hop.pending("namespace", "create has not come this far"));
      return hops;
    }
    hops.add(namespace(seen));
    PodSight here = pod;
    if (here == null) {
      return hops;
    }
    LinkSight eth = here.podInterface();
    if (network.podInterface() == null && network.note() != null) {
      hops.add(withoutNetwork(network.note(), eth));
      return hops;
    }
    hops.add(podInterface(network.podInterface(), eth));
    if (status == Status.STOPPED) {
      hops.add(Hop.skipped("tap", "goes with the monitor"));
      return hops;
    }
    hops.add(tap(network, here.tap()));
    if (here.tap() == null) {
      return hops;
    }
    hops.add(carrier(here.tap(), network));
    if (network.wiring().used() == null) {
      hops.add(Hop.pending("filters", "start joins the TAP to the pod"));
      return hops;
    }
    hops.addAll(here.wiring().hops());
    hops.add(guest(here.tap()));
    return hops;
  }

  private Hop monitor() {
    ProcessIdentity process = record.process();
    MonitorRecord monitor = record.monitor();
    String who =
        (monitor == null ? "monitor" : monitor.kind())
            + (process == null ? "" : ", pid " + process.pid());
    return switch (status) {
      case CREATING ->
          Hop.pending(
              "monitor", "create still runs, or was interrupted; if it was, delete the container");
      case CREATED -> Hop.pending("monitor", "created; start will run it");
      case RUNNING -> Hop.ok("monitor", who + ", runs");
      case PAUSED ->
          Hop.broken(
              "monitor",
              who + ", is paused, so the guest does not answer",
              "urunj resume " + record.id());
      case STOPPED ->
          Hop.broken(
              "monitor",
              who + (wasStopped() ? ", has been stopped" : ", is dead") + words(),
              "delete the container and create it again");
    };
  }

  /// Whether a command of ours stopped it, which the record says.
  private boolean wasStopped() {
    return record.status() == Status.STOPPED;
  }

  private String words() {
    return lastWords.isEmpty() ? "" : "; it said last: " + lastWords;
  }

  private Hop namespace(NamespaceSight seen) {
    if (status == Status.CREATING && seen.verdict() != Verdict.USABLE) {
      return Hop.pending("namespace", seen.reason());
    }
    return seen.verdict() == Verdict.USABLE
        ? Hop.ok("namespace", "net:[" + seen.inode() + "], the one that was recorded")
        : Hop.broken(
            "namespace",
            seen.reason(),
            "delete the container: urunj cannot bring the pod's network back, and leaves the one there alone");
  }

  /// What start found, which holds for the guest's whole life.
  private static Hop withoutNetwork(String note, @Nullable LinkSight now) {
    return now == null
        ? Hop.ok("pod-interface", "the guest has no network: " + note)
        : Hop.broken(
            "pod-interface",
            "the guest was started without network, before the pod had " + now.name(),
            "restart the container");
  }

  private static Hop podInterface(@Nullable String wanted, @Nullable LinkSight eth) {
    if (eth == null) {
      return wanted == null
          ? Hop.pending("pod-interface", "the pod has none yet; start looks for it again")
          : Hop.broken(
              "pod-interface",
              wanted + " is gone from the pod",
              "the pod has lost its network: look at the CNI plugin's log, and restart the pod");
    }
    if (!eth.isUp()) {
      return Hop.broken(
          "pod-interface",
          eth.name() + " is down",
          "it was set down, which removed its routes too: restart the pod");
    }
    if (!eth.carrier()) {
      return Hop.broken(
          "pod-interface",
          eth.name() + " has no carrier",
          "its other end, on the node, is down or gone: restart the pod");
    }
    return Hop.ok("pod-interface", eth.name() + " is up");
  }

  /// Start brings it up.
  private Hop tap(NetworkRecord network, @Nullable LinkSight tap) {
    if (tap == null) {
      return network.tap() == null
          ? Hop.pending("tap", "create has not come this far")
          : Hop.broken(
              "tap",
              network.tap() + " is gone, because no process holds it any more",
              "restart the container");
    }
    if (network.wiring().used() == null) {
      return Hop.ok("tap", tap.name() + " is there");
    }
    return tap.isUp()
        ? Hop.ok("tap", tap.name() + " is up")
        : Hop.broken("tap", tap.name() + " is down", "it was set down: " + Hop.RESTART);
  }

  private Hop carrier(LinkSight tap, NetworkRecord network) {
    MonitorRecord monitor = record.monitor();
    boolean byName = monitor != null && TapAccess.of(monitor.tap()) == TapAccess.NAME;
    if (byName && !tap.carrier() && network.wiring().used() == null) {
      return Hop.pending("tap-carrier", "the monitor opens " + tap.name() + " once it is started");
    }
    return tap.carrier()
        ? Hop.ok("tap-carrier", "a process holds " + tap.name())
        : Hop.broken(
            "tap-carrier",
            "no process holds " + tap.name(),
            "the monitor has closed it: restart the container");
  }

  /// Only reads what was seen, and sends nothing to the guest.
  private static Hop guest(LinkSight tap) {
    LinkTraffic traffic = tap.traffic();
    if (traffic == null) {
      return Hop.unknown("guest", "the kernel does not count what came from " + tap.name());
    }
    return traffic.receivedPackets() > 0
        ? Hop.ok("guest", "has sent " + traffic.receivedPackets() + " packets")
        : Hop.pending(
            "guest",
            "has sent nothing yet, because it still boots or does not drive its network device");
  }
}
