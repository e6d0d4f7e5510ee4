package dev.urunj.runtime.network.fabric;

import dev.urunj.runtime.network.PathTraffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The counters of the fabric in words. `src/main/c/pod-fabric.h` lists the ways that they count.
final class FabricTraffic {
  private FabricTraffic() {}

  /// All of them, in their order.
  static List<PathTraffic> of(List<FabricCounter.Traffic> counters) {
    List<PathTraffic> all = new ArrayList<>();
    for (FabricCounter.Traffic traffic : counters) {
      FabricCounter counter = traffic.counter();
      all.add(
          new PathTraffic(
              counter.name().toLowerCase(Locale.ROOT).replace('_', '-'),
              group(counter),
              words(counter),
              isDrop(counter),
              traffic.packets(),
              traffic.bytes()));
    }
    return all;
  }

  static PathTraffic.Group group(FabricCounter counter) {
    return switch (counter) {
      case NET_TO_POD, NET_TO_GUEST, NET_TO_BOTH, NET_WITHOUT_GUEST, NET_DROP_ALIAS ->
          PathTraffic.Group.POD_INTERFACE;
      case GUEST_TO_NET,
          GUEST_TO_LOCALHOST,
          GUEST_TO_RESOLVER,
          GUEST_ANSWERS_LOOP,
          GUEST_ANSWERS_SELF,
          GUEST_TO_GUEST,
          GUEST_NEIGHBOUR,
          GUEST_DROP_OFF,
          GUEST_DROP_SOURCE,
          GUEST_DROP_GONE ->
          PathTraffic.Group.GUEST;
      case LO_TO_GUEST,
          LO_SELF_TO_GUEST,
          LO_ANSWERS_GUEST,
          LO_RESOLVER_ANSWERS,
          LO_WITHOUT_GUEST,
          LO_TOO_BIG ->
          PathTraffic.Group.LOOPBACK;
      case DROP_REWRITE -> PathTraffic.Group.ANY;
    };
  }

  static boolean isDrop(FabricCounter counter) {
    return switch (counter) {
      case NET_DROP_ALIAS, GUEST_DROP_OFF, GUEST_DROP_SOURCE, GUEST_DROP_GONE, DROP_REWRITE -> true;
      default -> false;
    };
  }

  static String words(FabricCounter counter) {
    return switch (counter) {
      case NET_TO_POD -> "for the pod: by its sockets, or its address alone";
      case NET_TO_GUEST -> "for a guest";
      case NET_TO_BOTH -> "for both: multicast, ICMP errors, what has no ports";
      case NET_WITHOUT_GUEST -> "for a guest that is gone; the pod refuses it";
      case NET_DROP_ALIAS -> "from outside to or from an alias";
      case GUEST_TO_NET -> "out by the pod's interface";
      case GUEST_TO_LOCALHOST -> "to the pod's localhost";
      case GUEST_TO_RESOLVER -> "to the pod's resolver";
      case GUEST_ANSWERS_LOOP -> "answers to a container that dialled localhost";
      case GUEST_ANSWERS_SELF -> "answers to a container that dialled the pod's address";
      case GUEST_TO_GUEST -> "to another guest of the pod";
      case GUEST_NEIGHBOUR -> "asked for the hardware address of an alias";
      case GUEST_DROP_OFF -> "to an alias that is off or means nothing";
      case GUEST_DROP_SOURCE -> "to an alias, not from the pod's address";
      case GUEST_DROP_GONE -> "to another guest that is gone";
      case LO_TO_GUEST -> "localhost, to a guest";
      case LO_SELF_TO_GUEST -> "the pod's own address, to a guest";
      case LO_ANSWERS_GUEST -> "answers to what a guest dialled on localhost";
      case LO_RESOLVER_ANSWERS -> "answers of the resolver to a guest";
      case LO_WITHOUT_GUEST -> "to a guest that is gone; the pod refuses it";
      case LO_TOO_BIG -> "longer than the guest's MTU; ICMP says so to the sender";
      case DROP_REWRITE -> "could not be changed: the kernel had no memory";
    };
  }
}
