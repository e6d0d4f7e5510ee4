package dev.urunj.runtime.network.fabric;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.process.SideThreads;
import dev.urunj.runtime.network.Aliases;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.DeclaredPorts;
import dev.urunj.runtime.network.GuestSide;
import dev.urunj.runtime.network.Leftover;
import dev.urunj.runtime.network.LookRequest;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Preparation;
import dev.urunj.runtime.network.Taps;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.network.WiringLog;
import dev.urunj.runtime.network.WiringRequest;
import dev.urunj.runtime.network.WiringSight;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pod fabric: one address for guests and the pod's containers, by the three programs of
/// `src/main/c/pod-fabric.bpf.c`, and localhost in both directions. What the programs need beside
/// themselves, and in which order it comes and goes, is said there.
public final class FabricWiring implements Wiring {
  /// Has nothing of its own.
  public FabricWiring() {}

  @Override
  public String title() {
    return "the pod fabric";
  }

  @Override
  public boolean sharesLocalhost() {
    return true;
  }

  /// Begins to load the programs.
  @Override
  public Preparation prepare(SideThreads threads) {
    return FabricLoad.begin(threads);
  }

  @Override
  public boolean clear(PodSocket here, Link pod, int tapIndex) throws IOException {
    FabricUndo undo = FabricUndo.in(here);
    List<Integer> others = undo.others(tapIndex);
    if (!others.isEmpty()) {
      undo.keep(others);
      return true;
    }
    DeadFabric dead = new DeadFabric(undo.parts());
    if (dead.hasTraces()) {
      dead.remove();
    }
    return false;
  }

  @Override
  public GuestSide join(WiringRequest request, PodSocket here, Announcements journal, WiringLog log)
      throws IOException {
    boolean localhost = request.localhost();
    List<LoopbackResolver> resolvers = localhost ? loopback(request, log) : List.of();
    List<String> lacking = new ArrayList<>();
    Link tap = new Taps(here.route()).find(request.tap());
    FabricNets nets =
        FabricUndo.in(here).others(tap.index()).isEmpty()
            ? FreeAliasNets.choose(
                here.route(), request.pod(), request.nameservers(), preferred(request), lacking)
            : standing(here, resolvers, log);
    FabricPlan plan =
        new FabricPlan(
            request.pod().link(),
            nets,
            request.pod().hosts(),
            localhost,
            resolvers,
            ports(request));
    FabricLoad load =
        request.preparation() instanceof FabricLoad begun ? begun : FabricLoad.whenAsked();
    attach(plan, tap, here, journal, load);
    if (lacking.isEmpty() || !localhost) {
      return new GuestSide(request.pod(), aliases(localhost, nets), null, null);
    }
    log.warn(lacking.getFirst()); // what is not shared although it was wanted
    return new GuestSide(request.pod(), nets.aliases(), null, lacking.getFirst());
  }

  private static @Nullable Aliases aliases(boolean localhost, FabricNets nets) {
    return localhost ? nets.aliases() : null;
  }

  /// Attaches the programs to a pod and to a TAP, or the TAP to the fabric that stands because
  /// other guests live by it. On failure everything but the TAP's own settings is as before.
  ///
  /// @param load stays the caller's; taken for the first guest of a fabric
  static void attach(
      FabricPlan plan, Link tap, PodSocket here, Announcements journal, FabricLoad load)
      throws IOException {
    Taps.silence(tap);
    new Taps(here.route()).configure(tap, plan.pod().mtu());
    FabricUndo undo = FabricUndo.in(here);
    new FabricAttachment(undo, load, plan, tap, journal).run(undo.others(tap.index()));
  }

  /// The nets of the fabric that stands: a guest that joins it takes what is there.
  private static FabricNets standing(
      PodSocket here, List<LoopbackResolver> resolvers, WiringLog log) throws IOException {
    try (LivingFabric fabric = LivingFabric.in(here)) {
      if (fabric == null) {
        throw new IOException("the filters of the fabric that stands went meanwhile");
      }
      FabricSettings settings = fabric.settings();
      for (LoopbackResolver resolver : resolvers) {
        LoopbackResolver other = settings.otherThan(resolver);
        if (other != null) {
          log.warn(
              "the name server of the pod's guests is "
                  + other.address().getHostAddress()
                  + " already, and not "
                  + resolver.address().getHostAddress());
        }
      }
      return settings.nets();
    }
  }

  private static List<InetAddress> preferred(WiringRequest request) {
    return request.aliasNets() == null ? List.of() : request.aliasNets().nets();
  }

  private static List<FabricPort> ports(WiringRequest request) {
    DeclaredPorts declared = request.ports();
    List<FabricPort> ports = new ArrayList<>();
    if (declared != null) {
      for (DeclaredPorts.Range range : declared.ranges()) {
        for (int port = range.first(); port <= range.last(); port++) {
          ports.add(new FabricPort(range.udp() ? FabricPort.UDP : FabricPort.TCP, port));
        }
      }
    }
    return ports;
  }

  private static List<LoopbackResolver> loopback(WiringRequest request, WiringLog log)
      throws IOException {
    LoopbackResolvers resolvers = LoopbackResolvers.find(request.loopbackNameservers());
    for (String note : resolvers.notes()) {
      log.warn(note);
    }
    return resolvers.found();
  }

  @Override
  public WiringSight look(LookRequest request, PodSocket here) throws IOException {
    return FabricLook.look(request, here);
  }

  /// It does no harm, because the pod's own stack gets everything.
  @Override
  public List<Leftover> leftovers(PodSocket here) throws IOException {
    if (!new DeadFabric(FabricUndo.in(here).parts()).stands()) {
      return List.of();
    }
    return List.of(
        new Leftover(
            "dead-fabric",
            "pod fabric",
            "its guests are gone",
            "priority, handle and name of its filters are urunj's, or net, source and MTU of its"
                + " routes",
            "remove the filters, the qdiscs and routes that came with them, and put settings of lo"
                + " back",
            new Leftover.Removal() {
              @Override
              public void run(PodSocket there) throws IOException {
                new DeadFabric(FabricUndo.in(there).parts()).remove();
              }
            }));
  }
}
