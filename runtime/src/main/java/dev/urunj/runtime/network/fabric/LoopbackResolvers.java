package dev.urunj.runtime.network.fabric;

import dev.urunj.runtime.network.fabric.BoundSockets.Bound;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the pod's resolvers on loopback addresses really answer.
///
/// Containers ask Docker's at 127.0.0.11:53, but it is bound to one random UDP and one random TCP
/// port of that address. Rules of the pod's `nat` table lead there, and a guest's packets do not
/// pass them. So for an address that a resolver has for itself, the port that is bound on this very
/// address is it. On 127.0.0.1 and ::1 any program may listen, so a resolver there has port 53.
///
/// @param found at most one of each family
/// @param notes what is doubtful, one line each, for the log
record LoopbackResolvers(List<LoopbackResolver> found, List<String> notes) {
  private static final int DNS = 53;

  LoopbackResolvers {
    found = List.copyOf(found);
    notes = List.copyOf(notes);
  }

  /// Looks at the sockets of the calling thread's network namespace. Where nothing is bound yet the
  /// port is 53: the resolver may start later.
  ///
  /// @param nameservers those of the container's resolv.conf that are loopback addresses or all
  ///   zeros, in their order. Of a family the first counts that has a socket, or else the first. A
  ///   family without a nameserver has its localhost, if a socket of port 53 is there
  static LoopbackResolvers find(List<InetAddress> nameservers) throws IOException {
    return nameservers.isEmpty()
        ? new LoopbackResolvers(List.of(), List.of())
        : of(nameservers, BoundSockets.ofThread());
  }

  static LoopbackResolvers of(List<InetAddress> nameservers, BoundSockets sockets)
      throws IOException {
    List<LoopbackResolver> found = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (boolean ipv4 : new boolean[] {true, false}) {
      InetAddress localhost = localhost(ipv4);
      InetAddress address = first(nameservers, ipv4, sockets);
      if (address == null && !nameservers.isEmpty() && isThere(localhost, sockets)) {
        address = localhost;
      }
      if (address != null) {
        found.add(resolver(address, sockets, notes));
      }
    }
    return new LoopbackResolvers(found, notes);
  }

  private static InetAddress localhost(boolean ipv4) throws IOException {
    byte[] address = new byte[ipv4 ? 4 : 16];
    address[0] = (byte) (ipv4 ? 127 : 0);
    address[address.length - 1] = 1;
    return InetAddress.getByAddress(address);
  }

  private static @Nullable InetAddress first(
      List<InetAddress> nameservers, boolean ipv4, BoundSockets sockets) throws IOException {
    InetAddress first = null;
    for (InetAddress nameserver : nameservers) {
      if (nameserver instanceof Inet4Address == ipv4) {
        InetAddress address = nameserver.isAnyLocalAddress() ? localhost(ipv4) : nameserver;
        if (isThere(address, sockets)) {
          return address;
        }
        first = first == null ? address : first;
      }
    }
    return first;
  }

  /// UDP alone decides, because every resolver has it.
  private static boolean isThere(InetAddress address, BoundSockets sockets) throws IOException {
    return sockets.takesUdp(address, DNS)
        || (isTheResolversOwn(address) && !portsOn(address, sockets.udp()).isEmpty());
  }

  private static boolean isTheResolversOwn(InetAddress address) throws IOException {
    return !address.equals(localhost(address instanceof Inet4Address));
  }

  private static LoopbackResolver resolver(
      InetAddress address, BoundSockets sockets, List<String> notes) throws IOException {
    if (!isThere(address, sockets)) {
      notes.add(
          "nameserver " + address.getHostAddress() + ": nothing in the pod answers there as yet");
      return new LoopbackResolver(address, DNS, DNS);
    }
    return new LoopbackResolver(
        address,
        port(address, "UDP", sockets.udp(), notes),
        port(address, "TCP", sockets.tcp(), notes));
  }

  private static int port(
      InetAddress address, String protocol, List<Bound> sockets, List<String> notes)
      throws IOException {
    List<Integer> ports = isTheResolversOwn(address) ? portsOn(address, sockets) : List.of();
    if (ports.isEmpty() || ports.contains(DNS)) {
      return DNS;
    }
    int lowest = ports.getFirst();
    for (int port : ports) {
      lowest = Math.min(lowest, port);
    }
    if (ports.size() > 1) {
      notes.add(
          "nameserver "
              + address.getHostAddress()
              + ": "
              + ports.size()
              + " "
              + protocol
              + " ports are bound there; the guest's questions go to the lowest, "
              + lowest);
    }
    return lowest;
  }

  private static List<Integer> portsOn(InetAddress address, List<Bound> sockets) {
    List<Integer> ports = new ArrayList<>();
    for (Bound socket : sockets) {
      if (socket.address().equals(address) && !ports.contains(socket.port())) {
        ports.add(socket.port());
      }
    }
    return ports;
  }
}
