package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.runtime.network.Hook;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.network.PodShare;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Judges what stands of the fabric between a guest's TAP and its pod's interface, both of which
/// are there. Asks the kernel nothing.
final class FabricHops {
  private final FabricSight sight;
  private final Link tap;
  private final Link pod;
  private final String inPod;

  /// @param inPod what a shell command that works in the pod begins with
  FabricHops(FabricSight sight, Link tap, Link pod, String inPod) {
    this.sight = sight;
    this.tap = tap;
    this.pod = pod;
    this.inPod = inPod;
  }

  List<Hop> judge(@Nullable Link lo) {
    return List.of(
        Hook.qdiscs(sight.hooks()),
        program(Hook.Place.TAP, "filter-tap", "nothing that the guest sends arrives"),
        program(Hook.Place.LO, "filter-lo", "the pod's localhost does not reach the guest"),
        program(Hook.Place.POD, "filter-pod", "nothing from outside reaches the guest"),
        maps(),
        loopback(lo),
        routes(),
        resolvers());
  }

  private Hop program(Hook.Place place, String name, String meaning) {
    Hook hook = Hook.at(place, sight.hooks());
    if (hook == null) {
      return Hop.broken(name, "the pod has no loopback interface", "restart the pod");
    }
    Hook.Standing ours = hook.ours();
    return ours == null
        ? Hop.broken(name, "our filter is gone from " + hook.link() + ": " + meaning, Hop.RESTART)
        : Hop.ok(name, "program " + ours.programId() + " at " + hook.link());
  }

  /// A filter without its fellows has maps of its own. They may be right while the others' are not.
  private Hop maps() {
    FabricSight.Told told = sight.told();
    if (told.failure() != null) {
      return Hop.unknown("maps", "not read: " + told.failure());
    }
    FabricSettings settings = told.settings();
    if (settings == null || settings.podIndex() != pod.index()) {
      return Hop.broken(
          "maps",
          "the programs are set up for another interface than " + pod.name(),
          "it was replaced while the guest ran: restart the container");
    }
    for (FabricGuest guest : told.guests()) {
      if (guest.tapIndex() == tap.index()) {
        MacAddress mac = guest.mac();
        return mac.equals(pod.mac())
            ? Hop.ok("maps", tap.name() + " is guest " + guest.slot() + " of the programs")
            : Hop.broken(
                "maps",
                "the guest has the MAC address " + mac + ", " + pod.name() + " has another",
                "it was changed while the guest ran: restart the container");
      }
    }
    return Hop.broken(
        "maps",
        "the programs do not know " + tap.name() + ", so they treat the guest as gone",
        "restart the container");
  }

  private Hop loopback(@Nullable Link lo) {
    if (lo == null || !lo.isUp()) {
      return Hop.broken("lo", "the pod's loopback interface is down", inPod + "ip link set lo up");
    }
    for (PodShare.Setting setting : sight.share().settings()) {
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
    for (PodShare.LocalRoute route : sight.share().routes()) {
      metric = route.stands() ? route.metric() : metric;
    }
    for (PodShare.LocalRoute route : sight.share().routes()) {
      if (!route.stands()) {
        return Hop.broken(
            "routes",
            "the local route to "
                + route.net()
                + " is gone, so answers of containers do not reach a guest that dialled them",
            metric == 0 ? Hop.RESTART : inPod + again(route, metric));
      }
    }
    return sight.share().routes().isEmpty()
        ? Hop.unknown("routes", "not known which are needed")
        : Hop.ok("routes", "the aliases are local to the pod");
  }

  /// The metric tells a later command what to put back in the pod.
  private String again(PodShare.LocalRoute route, int metric) {
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
    for (PodShare.BoundResolver resolver : sight.share().resolvers()) {
      if (!resolver.takesUdp()) {
        return Hop.broken(
            "resolver",
            "no socket in the pod listens at "
                + resolver.address()
                + ", UDP port "
                + resolver.udpPort()
                + ", to which the fabric leads the guest's questions for names",
            "start the resolver again; if it has another port now, restart the container");
      }
    }
    return sight.share().resolvers().isEmpty()
        ? Hop.skipped("resolver", "no name server is on the pod's localhost")
        : Hop.ok("resolver", "listens for the guest's questions");
  }
}
