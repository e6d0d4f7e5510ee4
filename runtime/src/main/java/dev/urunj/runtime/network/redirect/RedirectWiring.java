package dev.urunj.runtime.network.redirect;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.GuestSide;
import dev.urunj.runtime.network.Leftover;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.PodFilters;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.QdiscAct;
import dev.urunj.runtime.network.Taps;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.network.WiringLog;
import dev.urunj.runtime.network.WiringRequest;
import dev.urunj.runtime.network.WiringSight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What either link receives, the other sends, so the pod's own stack hears nothing.
public final class RedirectWiring implements Wiring {
  /// Both ways, although all our filters are at the way in, because under an `ingress` the kernel
  /// puts a filter that an agent adds for the way out at the way in.
  private static final String CLSACT = "clsact";

  /// Has nothing of its own.
  public RedirectWiring() {}

  @Override
  public String title() {
    return "the plain redirect";
  }

  @Override
  public boolean isEverywhere() {
    return true;
  }

  /// Filters whose TAP is gone swallow all that the pod receives.
  @Override
  public void unblock(PodSocket here, Link pod) throws IOException {
    new Redirects(here.route()).removeDead(pod.index());
  }

  @Override
  public GuestSide join(WiringRequest request, PodSocket here, Announcements journal, WiringLog log)
      throws IOException {
    Taps taps = new Taps(here.route());
    Link tap = taps.find(request.tap());
    Link pod = request.pod().link();
    Redirects redirects = new Redirects(here.route());
    PodFilters filters = new PodFilters(here.route());
    boolean qdiscIsOurs = filters.qdiscOf(pod.index()) == null;
    try {
      taps.configure(tap, pod.mtu());
      redirects.add(tap.index(), pod.index(), Redirects.Bed.CLSACT);
      if (qdiscIsOurs) {
        journal.announce(new QdiscAct(pod.name(), pod.index(), CLSACT));
        filters.addClsact(pod.index());
      }
      journal.announce(new RedirectAct(pod.name(), pod.index(), tap.index()));
      redirects.addToGuest(
          pod.index(), tap.index(), qdiscIsOurs ? Redirects.Bed.CLSACT : Redirects.Bed.FOREIGN);
    } catch (Throwable failure) {
      try (Undo undo = new Undo()) {
        if (qdiscIsOurs) {
          undo.add(
              new Undo.Step() {
                @Override
                public void run() throws IOException {
                  filters.removeEmpty(pod.index(), CLSACT);
                }
              });
        }
        undo.add(
            new Undo.Step() {
              @Override
              public void run() throws IOException {
                redirects.remove(pod.index(), tap.index());
              }
            });
        throw failure;
      }
    }
    return new GuestSide(request.pod(), null, null, null);
  }

  @Override
  public WiringSight look(LookRequest request, PodSocket here) throws IOException {
    return RedirectLook.look(request, here);
  }

  @Override
  public List<Leftover> leftovers(PodSocket here) throws IOException {
    Redirects redirects = new Redirects(here.route());
    List<Leftover> leftovers = new ArrayList<>();
    for (Link link : here.route().links()) {
      if (redirects.hasDead(link.index())) {
        leftovers.add(dead(link));
      }
    }
    return leftovers;
  }

  private static Leftover dead(Link link) {
    return new Leftover(
        "dead-redirect",
        link.name(),
        "the filter leads to a TAP that is gone and swallows what the link receives",
        "priority, handle and cookie of the filter are urunj's",
        "remove the filter, and the qdisc that came with it if nothing else is in it",
        new Leftover.Removal() {
          @Override
          public void run(PodSocket here) throws IOException {
            new Redirects(here.route()).removeDead(link.index());
          }
        });
  }
}
