package dev.urunj.bench;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.tap.Tap;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.Preparation;
import dev.urunj.runtime.network.Undoer;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.network.WiringRequest;
import dev.urunj.runtime.network.redirect.RedirectWiring;
import dev.urunj.runtime.pod.PodNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The pod network's set-up and tear-down by the product's own classes, timed as `network-floor.c`
/// times the bare system calls. `bench/network` starts it in a namespace that `bench/run` prepared.
///
/// Two kinds of loop take turns. One does what the floor does, over a socket that is open: `setup`
/// is [PodNetwork#openTap] and [Wiring#join], `teardown_tc` is [NetworkAct#undo] of what these have
/// announced, `teardown_close` is the end of the TAP. The other, `whole`, does all that create and
/// start do in the pod's namespace, each part over a socket of its own: reconcile and open the TAP;
/// reconcile and find the pod's interface; join. The journal's files are in neither.
final class PodNetworkLoop {
  /// Stands where the journal does, and undoes what was announced as the clean-up does.
  static final class Acts implements Announcements, Undoer {
    private final List<NetworkAct> announced = new ArrayList<>();

    @Override
    public void announce(NetworkAct act) {
      announced.add(act);
    }

    /// Undoes what was made beside the TAP, newest first.
    void undo(PodNetwork network) throws IOException {
      for (NetworkAct act : announced.reversed()) {
        if (!act.isOfTap()) {
          act.undo(network.socket(), this);
        }
      }
      announced.clear();
    }

    @Override
    public boolean isOfAnother(Link tap) {
      return false;
    }

    @Override
    public void left(String what) {}
  }

  private static final Wiring REDIRECT = new RedirectWiring();

  private final Options options;
  private final Acts acts = new Acts();
  private final Samples openTap;
  private final Samples join;
  private final Samples setup;
  private final Samples whole;
  private final Samples teardown;
  private final Samples teardownTc;
  private final Samples teardownClose;

  private PodNetworkLoop(Options options) {
    this.options = options;
    openTap = new Samples("open_tap", options.loops());
    join = new Samples("join", options.loops());
    setup = new Samples("setup", options.loops());
    whole = new Samples("whole", options.loops());
    teardown = new Samples("teardown", options.loops());
    teardownTc = new Samples("teardown_tc", options.loops());
    teardownClose = new Samples("teardown_close", options.loops());
  }

  /// Measures, and prints one JSON line.
  ///
  /// @param args `[--loops N] [--warmup N] [--link eth0] [--owner UID] [--group GID]`
  public static void main(String[] args) throws IOException {
    PodNetworkLoop loop = new PodNetworkLoop(Options.of(args));
    try (PodNetwork network = PodNetwork.open()) {
      PodInterface pod = network.podInterface();
      if (pod == null || !pod.link().name().equals(loop.options.link())) {
        throw new IOException(
            "--link " + loop.options.link() + ": this namespace's pod interface is another");
      }
      for (int i = 0; i < loop.options.warmup() + loop.options.loops(); i++) {
        boolean counts = i >= loop.options.warmup();
        loop.bareActs(network, pod, counts);
        loop.wholeStart(counts);
      }
    }
    System.out.println(loop.json());
  }

  private void bareActs(PodNetwork network, PodInterface pod, boolean counts) throws IOException {
    String name = network.freeTapName(); // the floor is given its name too
    long begun = System.nanoTime();
    Tap tap = network.openTap(name, options.owner(), options.group(), acts);
    long opened = System.nanoTime();
    join(REDIRECT, network, tap.name(), pod, acts);
    long joined = System.nanoTime();
    acts.undo(network);
    long parted = System.nanoTime();
    tap.close();
    long closed = System.nanoTime();
    if (counts) {
      openTap.add(opened - begun);
      join.add(joined - opened);
      setup.add(joined - begun);
      teardownTc.add(parted - joined);
      teardownClose.add(closed - parted);
      teardown.add(closed - joined);
    }
  }

  private void wholeStart(boolean counts) throws IOException {
    long begun = System.nanoTime();
    try (Tap tap = created()) {
      join(tap.name());
      if (counts) {
        whole.add(System.nanoTime() - begun);
      }
      try (PodNetwork network = PodNetwork.open()) {
        acts.undo(network);
      }
    }
  }

  private Tap created() throws IOException {
    try (PodNetwork network = PodNetwork.open()) {
      network.reconcile(null, _ -> {});
      return network.openTap(network.freeTapName(), options.owner(), options.group(), acts);
    }
  }

  private void join(String tap) throws IOException {
    PodInterface pod;
    try (PodNetwork network = PodNetwork.open()) {
      pod = network.reconcile(tap, _ -> {});
    }
    if (pod == null) {
      throw new IOException("the pod's interface went during the measurement");
    }
    try (PodNetwork network = PodNetwork.open()) {
      join(REDIRECT, network, tap, pod, acts);
    }
  }

  /// As `start` joins the TAP of a guest that asks for nothing.
  static void join(
      Wiring wiring, PodNetwork network, String tap, PodInterface pod, Announcements journal)
      throws IOException {
    wiring.join(
        new WiringRequest(
            "bench", tap, pod, true, null, null, List.of(), List.of(), Preparation.NONE),
        network.socket(),
        journal,
        _ -> {});
  }

  private String json() {
    StringBuilder text = new StringBuilder();
    text.append(
        "{\"kind\":\"network\",\"peer\":\"urunj\",\"variant\":\"base\",\"unit\":\"us\",\"measures\":{");
    for (Samples samples :
        new Samples[] {openTap, join, setup, whole, teardown, teardownTc, teardownClose}) {
      text.append(text.charAt(text.length() - 1) == '{' ? "" : ",").append(samples.json());
    }
    return text.append("}}").toString();
  }
}
