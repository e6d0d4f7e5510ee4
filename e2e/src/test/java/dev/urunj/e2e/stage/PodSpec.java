package dev.urunj.e2e.stage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a pod's namespace looks before a container comes into it. Build it from [#number] and the
/// `with` methods.
///
/// @param link name of the interface in the pod
/// @param addresses of the interface in the pod, with prefix lengths; both families
/// @param gateways default routes in the pod, at most one of each family; none: no default route
/// @param onLink whether the gateways are outside of the addresses' prefixes
/// @param mtu of both ends; 0: the kernel's default
/// @param mac of the pod's end; null: random
/// @param bridge of the node that the node's end joins, made when it is not there; null: none
/// @param nodeAddresses of the node's end, or of the bridge
/// @param podCommands run in the pod's namespace at the end, each by `sh -e`
public record PodSpec(
    String link,
    List<String> addresses,
    List<String> gateways,
    boolean onLink,
    int mtu,
    @Nullable String mac,
    @Nullable String bridge,
    List<String> nodeAddresses,
    List<String> podCommands) {

  /// An ordinary pod: eth0 with 10.9.N.2/24, the node has 10.9.N.1 and is the gateway.
  public static PodSpec number(int n) {
    return new PodSpec(
        "eth0",
        List.of("10.9." + n + ".2/24"),
        List.of("10.9." + n + ".1"),
        false,
        0,
        null,
        null,
        List.of("10.9." + n + ".1/24"),
        List.of());
  }

  public PodSpec withLink(String name) {
    return new PodSpec(
        name, addresses, gateways, onLink, mtu, mac, bridge, nodeAddresses, podCommands);
  }

  public PodSpec withAddresses(String... these) {
    return new PodSpec(
        link, List.of(these), gateways, onLink, mtu, mac, bridge, nodeAddresses, podCommands);
  }

  public PodSpec withNodeAddresses(String... these) {
    return new PodSpec(
        link, addresses, gateways, onLink, mtu, mac, bridge, List.of(these), podCommands);
  }

  public PodSpec withGateways(String... these) {
    return new PodSpec(
        link, addresses, List.of(these), onLink, mtu, mac, bridge, nodeAddresses, podCommands);
  }

  /// A gateway that no prefix of the pod covers, as Calico has it: the node routes to the pod's
  /// addresses by host routes.
  public PodSpec withOnLinkGateway(String gateway) {
    return new PodSpec(
        link,
        addresses,
        List.of(gateway),
        true,
        mtu,
        mac,
        bridge,
        List.of(gateway + (gateway.contains(":") ? "/128" : "/32")),
        podCommands);
  }

  public PodSpec withMtu(int bytes) {
    return new PodSpec(
        link, addresses, gateways, onLink, bytes, mac, bridge, nodeAddresses, podCommands);
  }

  PodSpec withMac(String address) {
    return new PodSpec(
        link, addresses, gateways, onLink, mtu, address, bridge, nodeAddresses, podCommands);
  }

  public PodSpec withBridge(String name) {
    return new PodSpec(
        link, addresses, gateways, onLink, mtu, mac, name, nodeAddresses, podCommands);
  }

  /// Anything else: a second interface, rules, filters.
  public PodSpec withPodCommand(String command) {
    List<String> more = new ArrayList<>(podCommands);
    more.add(command);
    return new PodSpec(link, addresses, gateways, onLink, mtu, mac, bridge, nodeAddresses, more);
  }
}
