package dev.urunj.runtime.inspect;

import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.Qdisc;
import dev.urunj.linux.netlink.Route;
import dev.urunj.linux.netlink.RouteSocket;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.WiringSight;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.runtime.state.NetworkRecord;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the network namespace that the calling thread is in, as far as it is a container's.
final class PodReader {
  private static final int LIMIT_BYTES = 1 << 20; // of a table with a line per link

  private final PodSocket here;
  private final RouteSocket socket;
  private final NetworkRecord network;
  private final String inPod;
  private final List<Link> links;
  private final String traffic;

  private PodReader(PodSocket here, NetworkRecord network, String inPod) throws IOException {
    this.here = here;
    this.socket = here.route();
    this.network = network;
    this.inPod = inPod;
    this.links = socket.links();
    try (FileInputStream in = new FileInputStream("/proc/thread-self/net/dev")) {
      this.traffic = new String(in.readNBytes(LIMIT_BYTES), StandardCharsets.UTF_8);
    }
  }

  /// Reads what a container's record speaks of.
  ///
  /// @param inPod what a shell command that works in the pod begins with
  static PodSight read(NetworkRecord network, String inPod) throws IOException {
    try (PodSocket here = PodSocket.open()) {
      return new PodReader(here, network, inPod).read();
    }
  }

  private PodSight read() throws IOException {
    Link pod = podInterface();
    Link tap = named(network.tap());
    Link lo = loopback();
    NetworkMode used = network.wiring().used();
    return new PodSight(
        pod == null ? null : sight(pod, true),
        tap == null ? null : sight(tap, false),
        lo == null ? null : sight(lo, false),
        used == null
            ? WiringSight.NONE
            : Wirings.of(used).look(new LookRequest(pod, tap, lo, inPod), here));
  }

  private @Nullable Link podInterface() throws IOException {
    if (network.podInterface() != null) {
      return named(network.podInterface());
    }
    PodInterface found = PodInterface.find(socket, links);
    return found == null ? null : found.link();
  }

  private @Nullable Link named(@Nullable String name) {
    for (Link link : links) {
      if (link.name().equals(name)) {
        return link;
      }
    }
    return null;
  }

  private @Nullable Link loopback() {
    for (Link link : links) {
      if (link.isLoopback()) {
        return link;
      }
    }
    return null;
  }

  private LinkSight sight(Link link, boolean withAddresses) throws IOException {
    String root = null;
    for (Qdisc qdisc : socket.qdiscs(link.index())) {
      if (qdisc.parent() == Qdisc.ROOT) {
        root = qdisc.kind();
      }
    }
    List<String> addresses = new ArrayList<>();
    if (withAddresses) {
      for (InterfaceAddress address : socket.addresses(link.index())) {
        if (address.scope() < Route.RT_SCOPE_LINK) {
          addresses.add(address.address().getHostAddress() + "/" + address.prefixLength());
        }
      }
    }
    return new LinkSight(
        link.name(),
        link.index(),
        link.mac() == null ? null : link.mac().toString(),
        link.mtu(),
        link.isUp(),
        link.carrier(),
        root,
        addresses,
        LinkTraffic.of(traffic, link.name()));
  }
}
