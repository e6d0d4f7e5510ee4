package dev.urunj.runtime.inspect;

import dev.urunj.runtime.network.fabric.FabricCounter;
import dev.urunj.runtime.network.fabric.FabricGuest;
import dev.urunj.runtime.network.fabric.FabricPort;
import dev.urunj.runtime.network.fabric.FabricSettings;
import dev.urunj.runtime.network.fabric.LoopbackResolver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What stands in a pod's network namespace at one moment.
///
/// @param podInterface the one that the guest was joined to or, before that, would be
/// @param tap the container's
/// @param lo the pod's loopback interface
/// @param hooks where filters of ours belong
/// @param settings of `lo` that the fabric needs; empty for a plain redirect
/// @param routes that the fabric needs; empty where they are not known
/// @param fabric the settings of the programs, null without a fabric
/// @param resolvers to which the fabric brings a guest's questions
/// @param staticNet null without a static network
/// @param unread what could not be read, and why, one line each
public record PodSight(
    @Nullable LinkSight podInterface,
    @Nullable LinkSight tap,
    @Nullable LinkSight lo,
    List<Hook> hooks,
    List<Setting> settings,
    List<LocalRoute> routes,
    @Nullable Told fabric,
    List<ResolverSight> resolvers,
    @Nullable StaticSight staticNet,
    List<String> unread) {
  public PodSight {
    hooks = List.copyOf(hooks);
    settings = List.copyOf(settings);
    routes = List.copyOf(routes);
    resolvers = List.copyOf(resolvers);
    unread = List.copyOf(unread);
  }

  /// A setting of the kernel.
  ///
  /// @param name as sysctl(8) has it, below `net.ipv4.conf.lo.`
  /// @param value null where the kernel has no such setting
  /// @param holds whether it, or the one for all links, is as needed
  public record Setting(String name, @Nullable String value, String needed, boolean holds) {}

  /// A route in the table `local`.
  ///
  /// @param net with its prefix length
  /// @param metric of one that stands, which all of a pod's fabric have; 0 where none stands
  public record LocalRoute(String net, boolean stands, int metric) {}

  /// The settings of a fabric's programs, and what they have counted.
  ///
  /// @param left addresses that guests and the pod's interface had, and that the interface has no
  ///   more
  /// @param failure why that could not be read, null if it was
  public record Told(
      @Nullable FabricSettings settings,
      List<FabricGuest> guests,
      List<FabricPort.Owned> ports,
      List<FabricCounter.Traffic> counters,
      List<String> left,
      @Nullable String failure) {
    public Told {
      guests = List.copyOf(guests);
      ports = List.copyOf(ports);
      counters = List.copyOf(counters);
      left = List.copyOf(left);
    }

    static Told unread(String failure) {
      return new Told(null, List.of(), List.of(), List.of(), List.of(), failure);
    }
  }

  /// What a static network needs in the pod.
  ///
  /// @param table whether our table is there, for this guest
  /// @param forwarding whether the pod's interface forwards
  public record StaticSight(boolean table, boolean forwarding) {}

  /// A resolver of the pod's, and whether it is there now.
  public record ResolverSight(LoopbackResolver resolver, boolean takesUdp, boolean takesTcp) {}

  /// The hook of a place, null where none belongs.
  @Nullable Hook hook(Hook.Place place) {
    for (Hook hook : hooks) {
      if (hook.place() == place) {
        return hook;
      }
    }
    return null;
  }
}
