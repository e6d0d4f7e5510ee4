package dev.urunj.runtime.inspect;

import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.fabric.FabricGuest;
import dev.urunj.runtime.network.fabric.FabricSettings;
import dev.urunj.runtime.network.fabric.LoopbackResolver;
import java.util.List;

/// The hops between a guest's TAP and its pod's interface, both of which are there.
final class WiringHealth {
  static final String RESTART = "nothing puts it back while the guest runs: restart the container";

  private final List<Hop> hops;
  private final PodSight pod;
  private final LinkSight tap;
  private final LinkSight eth;
  private final String inPod;

  /// Adds to a list.
  ///
  /// @param inPod what a shell command that works in the pod begins with
  WiringHealth(List<Hop> hops, PodSight pod, LinkSight tap, LinkSight eth, String inPod) {
    this.hops = hops;
    this.pod = pod;
    this.tap = tap;
    this.eth = eth;
    this.inPod = inPod;
  }

  /// Judges one wiring.
  void judge(NetworkMode used) {
    if (used == NetworkMode.STATIC) {
      hops.add(table());
      hops.add(forwarding());
      return;
    }
    hops.add(qdiscs());
    if (used == NetworkMode.REDIRECT) {
      hops.add(redirect(Hook.Place.TAP, "filter-tap", eth));
      hops.add(redirect(Hook.Place.POD, "filter-pod", tap));
      return;
    }
    hops.add(program(Hook.Place.TAP, "filter-tap", "nothing that the guest sends arrives"));
    hops.add(program(Hook.Place.LO, "filter-lo", "the pod's localhost does not reach the guest"));
    hops.add(program(Hook.Place.POD, "filter-pod", "nothing from outside reaches the guest"));
    hops.add(maps());
    hops.add(loopback());
    hops.add(routes());
    hops.add(resolvers());
  }

  private Hop table() {
    PodSight.StaticSight net = pod.staticNet();
    if (net == null) {
      return Hop.unknown("table", "not read");
    }
    return net.table()
        ? Hop.ok("table", "ip urunj-static is there for " + tap.name())
        : Hop.broken(
            "table", "ip urunj-static is gone, so the guest does not reach the world", RESTART);
  }

  private Hop forwarding() {
    PodSight.StaticSight net = pod.staticNet();
    if (net == null) {
      return Hop.unknown("forwarding", "not read");
    }
    String setting = "net/ipv4/conf/" + eth.name() + "/forwarding";
    return net.forwarding()
        ? Hop.ok("forwarding", eth.name() + " forwards answers to the guest")
        : Hop.broken(
            "forwarding",
            setting + " is off, so answers from the world do not reach the guest",
            inPod + "sysctl -w " + setting + "=1");
  }

  private Hop qdiscs() {
    for (Hook hook : pod.hooks()) {
      boolean wayOutMissing = hook.egress() && !"clsact".equals(hook.qdisc());
      if (hook.qdisc() == null || wayOutMissing) {
        return Hop.broken(
            "qdisc",
            hook.qdisc() == null
                ? hook.link() + " has no qdisc for filters"
                : hook.link() + " has the qdisc " + hook.qdisc() + ", which has no way out",
            "ours was removed, and its filters with it: restart the container");
      }
    }
    return Hop.ok("qdisc", "each link has one for filters");
  }

  /// @param target where the filter is to lead
  private Hop redirect(Hook.Place place, String name, LinkSight target) {
    Hook hook = pod.hook(place);
    Hook.Standing ours = hook == null ? null : hook.ours();
    if (hook == null || ours == null) {
      String from = place == Hook.Place.TAP ? tap.name() : eth.name();
      return Hop.broken(name, "nothing leads from " + from + " to " + target.name(), RESTART);
    }
    Integer to = ours.target();
    return to != null && to == target.index()
        ? Hop.ok(name, "leads from " + hook.link() + " to " + target.name())
        : Hop.broken(
            name, "leads from " + hook.link() + " to a link that is not " + target.name(), RESTART);
  }

  private Hop program(Hook.Place place, String name, String meaning) {
    Hook hook = pod.hook(place);
    if (hook == null) {
      return Hop.broken(name, "the pod has no loopback interface", "restart the pod");
    }
    Hook.Standing ours = hook.ours();
    return ours == null
        ? Hop.broken(name, "our filter is gone from " + hook.link() + ": " + meaning, RESTART)
        : Hop.ok(name, "program " + ours.programId() + " at " + hook.link());
  }

  /// A filter without its fellows has maps of its own. They may be right while the others' are not.
  private Hop maps() {
    PodSight.Told told = pod.fabric();
    if (told == null || told.failure() != null) {
      return Hop.unknown("maps", told == null ? "not read" : "not read: " + told.failure());
    }
    FabricSettings settings = told.settings();
    if (settings == null || settings.podIndex() != eth.index()) {
      return Hop.broken(
          "maps",
          "the programs are set up for another interface than " + eth.name(),
          "it was replaced while the guest ran: restart the container");
    }
    for (FabricGuest guest : told.guests()) {
      if (guest.tapIndex() == tap.index()) {
        String mac = guest.mac().toString();
        return mac.equals(eth.mac())
            ? Hop.ok("maps", tap.name() + " is guest " + guest.slot() + " of the programs")
            : Hop.broken(
                "maps",
                "the guest has the MAC address " + mac + ", " + eth.name() + " has another",
                "it was changed while the guest ran: restart the container");
      }
    }
    return Hop.broken(
        "maps",
        "the programs do not know " + tap.name() + ", so they treat the guest as gone",
        "restart the container");
  }

  private Hop loopback() {
    LinkSight lo = pod.lo();
    if (lo == null || !lo.isUp()) {
      return Hop.broken("lo", "the pod's loopback interface is down", inPod + "ip link set lo up");
    }
    for (PodSight.Setting setting : pod.settings()) {
      if (!setting.holds()) {
        String name = "net.ipv4.conf.lo." + setting.name();
        return Hop.broken(
            "lo",
            name
                + " is "
                + setting.value()
                + ", not "
                + setting.needed()
                + ": the kernel drops packets between guest and localhost",
            inPod + "sysctl -w " + name + "=" + setting.needed());
      }
    }
    return Hop.ok("lo", "is up, with the settings that localhost needs");
  }

  private Hop routes() {
    int metric = 0;
    for (PodSight.LocalRoute route : pod.routes()) {
      metric = route.stands() ? route.metric() : metric;
    }
    for (PodSight.LocalRoute route : pod.routes()) {
      if (!route.stands()) {
        return Hop.broken(
            "routes",
            "the local route to "
                + route.net()
                + " is gone, so answers of containers do not reach a guest that dialled them",
            metric == 0 ? RESTART : inPod + again(route, metric));
      }
    }
    return pod.routes().isEmpty()
        ? Hop.unknown("routes", "not known which are needed")
        : Hop.ok("routes", "the aliases are local to the pod");
  }

  /// The metric tells a later command what to put back in the pod.
  private String again(PodSight.LocalRoute route, int metric) {
    boolean ipv4 = route.net().indexOf(':') < 0;
    return (ipv4 ? "ip route" : "ip -6 route")
        + " add local "
        + route.net()
        + " dev lo src "
        + (ipv4 ? "127.0.0.1" : "::1")
        + " metric "
        + Integer.toUnsignedString(metric)
        + " mtu "
        + tap.mtu()
        + " table local";
  }

  private Hop resolvers() {
    for (PodSight.ResolverSight sight : pod.resolvers()) {
      LoopbackResolver resolver = sight.resolver();
      if (!sight.takesUdp()) {
        return Hop.broken(
            "resolver",
            "no socket in the pod listens at "
                + resolver.address().getHostAddress()
                + ", UDP port "
                + resolver.udpPort()
                + ", to which the fabric leads the guest's questions for names",
            "start the resolver again; if it has another port now, restart the container");
      }
    }
    return pod.resolvers().isEmpty()
        ? Hop.skipped("resolver", "no name server is on the pod's localhost")
        : Hop.ok("resolver", "listens for the guest's questions");
  }
}
