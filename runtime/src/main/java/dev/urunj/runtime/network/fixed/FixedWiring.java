package dev.urunj.runtime.network.fixed;

import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.GuestSide;
import dev.urunj.runtime.network.Leftover;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Taps;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.network.WiringLog;
import dev.urunj.runtime.network.WiringRequest;
import dev.urunj.runtime.network.WiringSight;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A net of its own for the guest, behind the pod's address: see [FixedNet]. Nothing takes the
/// place of a net that is not free: those who speak to the guest know no other.
public final class FixedWiring implements Wiring {
  /// Has nothing of its own.
  public FixedWiring() {}

  @Override
  public String title() {
    return "the static network";
  }

  @Override
  public boolean clear(PodSocket here, Link pod, int tapIndex) throws IOException {
    FixedNet net = new FixedNet(here.route());
    if (net.hasTraces(pod)) {
      net.removeDead();
    }
    return false;
  }

  @Override
  public @Nullable String obstacle(WiringRequest request, PodSocket here) throws IOException {
    String taken = new FixedNet(here.route()).collision(request.tap(), request.nameservers());
    return taken == null
        ? null
        : "the static network's 172.16.1.0/24 is fixed, and overlaps "
            + taken
            + "; expected a pod without it, or another network mode";
  }

  @Override
  public GuestSide join(WiringRequest request, PodSocket here, Announcements journal, WiringLog log)
      throws IOException {
    Link pod = request.pod().link();
    Taps taps = new Taps(here.route());
    Link tap = taps.find(request.tap());
    Taps.silence(tap);
    taps.configure(tap, pod.mtu());
    FixedNet net = new FixedNet(here.route());
    net.removeDead();
    journal.announce(new FixedAct(pod.name(), pod.index(), tap.index()));
    net.attach(pod, tap);
    if (!hasIpv4(request.pod())) {
      log.warn(
          "the pod's interface has no IPv4 address; its guest in the static network reaches nothing"
              + " outside the pod");
    }
    return new GuestSide(
        FixedNet.guestInterface(pod, request.containerId()), null, FixedNet.guestAddress(), null);
  }

  private static boolean hasIpv4(PodInterface pod) {
    for (InterfaceAddress address : pod.addresses()) {
      if (address.address() instanceof Inet4Address) {
        return true;
      }
    }
    return false;
  }

  @Override
  public WiringSight look(LookRequest request, PodSocket here) {
    return FixedLook.look(request, here);
  }

  @Override
  public List<Leftover> leftovers(PodSocket here) throws IOException {
    if (!new FixedNet(here.route()).isDead()) {
      return List.of();
    }
    return List.of(
        new Leftover(
            "dead-table",
            "ip " + FixedNet.TABLE,
            "the table of nf_tables belongs to a guest that is gone",
            "its name and its comment are urunj's",
            "switch forwarding off where the comment says that it was, and remove the table",
            new Leftover.Removal() {
              @Override
              public void run(PodSocket there) throws IOException {
                new FixedNet(there.route()).removeDead();
              }
            }));
  }
}
