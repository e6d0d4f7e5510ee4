package dev.urunj.runtime.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a wiring by which guest and pod share an address and localhost needs in the pod, and what
/// it was told.
///
/// @param settings of `lo` that it needs
/// @param routes that it needs; empty where they are not known
/// @param ports that guests have declared
/// @param resolvers to which it brings a guest's questions
/// @param traffic that it has counted
public record PodShare(
    List<Setting> settings,
    List<LocalRoute> routes,
    List<OwnedPort> ports,
    List<BoundResolver> resolvers,
    List<PathTraffic> traffic) {
  /// Of a wiring that shares nothing.
  public static final PodShare NONE =
      new PodShare(List.of(), List.of(), List.of(), List.of(), List.of());

  /// Keeps copies.
  public PodShare {
    settings = List.copyOf(settings);
    routes = List.copyOf(routes);
    ports = List.copyOf(ports);
    resolvers = List.copyOf(resolvers);
    traffic = List.copyOf(traffic);
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
  /// @param metric of one that stands; 0 where none stands
  public record LocalRoute(String net, boolean stands, int metric) {}

  /// A port that a guest has declared.
  ///
  /// @param port as people write it: `80/tcp`
  /// @param guest the guest's number in the pod
  public record OwnedPort(String port, int guest) {}

  /// A resolver of the pod's, and whether it is there now.
  ///
  /// @param address of the pod's localhost
  /// @param tcpPort 0 where it answers by UDP only
  public record BoundResolver(
      String address, int udpPort, boolean takesUdp, int tcpPort, boolean takesTcp) {}
}
