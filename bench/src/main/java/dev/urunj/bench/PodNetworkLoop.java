package dev.urunj.bench;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.tap.Tap;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.FabricAct;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodNetwork;
import dev.urunj.runtime.network.Wiring;
import java.io.IOException;

/// The pod network's set-up and tear-down by the product's own classes, timed as `network-floor.c`
/// times the bare system calls. `bench/network` starts it in a namespace that `bench/run` prepared.
///
/// Two kinds of loop take turns. One does what the floor does, over a socket that is open: `setup`
/// is [PodNetwork#openTap] and [PodNetwork#join], `teardown_tc` is [PodNetwork#part] and
/// [PodNetwork#removeQdisc], `teardown_close` is the end of the TAP. The other, `whole`, does all
/// that create and start do in the pod's namespace, each part over a socket of its own: reconcile
/// and open the TAP; reconcile and find the pod's interface; join. The journal's files are in
/// neither.
final class PodNetworkLoop {
  /// Stands where the journal does, and learns the TAP's index as the journal does.
  static final class Index implements Announcements {
    private int tap;

    @Override
    public void tap(String name) {}

    @Override
    public void persistence(Link tap) {}

    @Override
    public void qdisc(Link link, String kind) {}

    @Override
    public void redirect(Link link, Link tap) {
      this.tap = tap.index();
    }

    @Override
    public void fabric(FabricAct act, Link tap) {}

    @Override
    public void masquerade(Link link, Link tap) {}
  }

  private final Options options;
  private final Index index = new Index();
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
        loop.bareActs(network, pod.link(), counts);
        loop.wholeStart(counts);
      }
    }
    System.out.println(loop.json());
  }

  private void bareActs(PodNetwork network, Link pod, boolean counts) throws IOException {
    String name = network.freeTapName(); // the floor is given its name too
    long begun = System.nanoTime();
    Tap tap = network.openTap(name, options.owner(), options.group(), index);
    long opened = System.nanoTime();
    network.join(new Wiring.Redirect(pod), tap.name(), index);
    long joined = System.nanoTime();
    network.part(pod.index(), index.tap);
    network.removeQdisc(pod.index(), "clsact");
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
      Link pod = joined(tap.name());
      if (counts) {
        whole.add(System.nanoTime() - begun);
      }
      try (PodNetwork network = PodNetwork.open()) {
        network.part(pod.index(), index.tap);
        network.removeQdisc(pod.index(), "clsact");
      }
    }
  }

  private Tap created() throws IOException {
    try (PodNetwork network = PodNetwork.open()) {
      network.reconcile(null, _ -> {});
      return network.openTap(network.freeTapName(), options.owner(), options.group(), index);
    }
  }

  private Link joined(String tap) throws IOException {
    PodInterface pod;
    try (PodNetwork network = PodNetwork.open()) {
      pod = network.reconcile(tap, _ -> {});
    }
    if (pod == null) {
      throw new IOException("the pod's interface went during the measurement");
    }
    try (PodNetwork network = PodNetwork.open()) {
      network.join(new Wiring.Redirect(pod.link()), tap, index);
    }
    return pod.link();
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
