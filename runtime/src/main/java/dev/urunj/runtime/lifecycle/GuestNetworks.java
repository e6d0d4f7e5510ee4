package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.linux.netlink.Neighbour;
import dev.urunj.linux.netlink.Route;
import dev.urunj.runtime.guest.GuestNetwork;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.network.PodInterface;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says in a guest's words what was found in the pod. Neither package knows the other.
final class GuestNetworks {
  private static final int IPV4 = 2; // AF_INET
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private GuestNetworks() {}

  static GuestNetwork of(PodInterface pod, ResolvConf resolver) throws IOException {
    MacAddress mac = pod.link().mac();
    if (mac == null) {
      throw new ContainerException(
          "network: the pod's interface " + pod.link().name() + " has no MAC address");
    }
    return new GuestNetwork(
        mac.toString(),
        pod.link().mtu(),
        addresses(pod.addresses()),
        routes(pod),
        neighbours(pod.neighbours()),
        resolver);
  }

  private static List<GuestNetwork.Address> addresses(List<InterfaceAddress> addresses) {
    List<GuestNetwork.Address> result = new ArrayList<>();
    for (InterfaceAddress address : addresses) {
      result.add(new GuestNetwork.Address(address.address(), address.prefixLength()));
    }
    return result;
  }

  private static List<GuestNetwork.Route> routes(PodInterface pod) throws IOException {
    List<GuestNetwork.Route> result = new ArrayList<>();
    for (Route route : pod.routes()) {
      InetAddress destination = route.destination();
      InetAddress gateway = route.gateway();
      if (gateway != null && gateway instanceof Inet4Address != (route.family() == IPV4)) {
        continue; // an IPv4 route by an IPv6 gateway: no guest's configuration can say it
      }
      result.add(
          new GuestNetwork.Route(
              destination == null ? anywhere(route.family()) : destination,
              route.prefixLength(),
              gateway,
              route.onlink(),
              route.mtu(),
              sourceOf(route, pod.addresses())));
    }
    return result;
  }

  /// The preferred source, if the guest has it: it may be an address of another interface.
  private static @Nullable InetAddress sourceOf(Route route, List<InterfaceAddress> addresses) {
    InetAddress source = route.preferredSource();
    for (InterfaceAddress address : addresses) {
      if (address.address().equals(source)) {
        return source;
      }
    }
    return null;
  }

  private static List<GuestNetwork.Neighbour> neighbours(List<Neighbour> neighbours) {
    List<GuestNetwork.Neighbour> result = new ArrayList<>();
    for (Neighbour neighbour : neighbours) {
      MacAddress mac = neighbour.mac();
      if (mac != null) {
        result.add(new GuestNetwork.Neighbour(neighbour.address(), mac.toString()));
      }
    }
    return result;
  }

  private static InetAddress anywhere(int family) throws IOException {
    return InetAddress.getByAddress(new byte[family == IPV4 ? IPV4_BYTES : IPV6_BYTES]);
  }
}
