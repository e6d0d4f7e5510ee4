package dev.urunj.runtime.pod;

import dev.urunj.linux.netlink.InterfaceAddress;
import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.config.AliasNets;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.Recorded;
import dev.urunj.runtime.host.Timestamps;
import dev.urunj.runtime.image.DeclaredPorts;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.Aliases;
import dev.urunj.runtime.network.FabricLoad;
import dev.urunj.runtime.network.FabricNets;
import dev.urunj.runtime.network.FabricPort;
import dev.urunj.runtime.network.FabricSettings;
import dev.urunj.runtime.network.LivingFabric;
import dev.urunj.runtime.network.LoopbackResolver;
import dev.urunj.runtime.network.LoopbackResolvers;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodNetwork;
import dev.urunj.runtime.network.PodPolicy;
import dev.urunj.runtime.network.StaticNet;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.WiringRecord;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Joins the TAP of a container that starts to its pod, by the wiring that create was asked for. It
/// runs before the boot is planned, for the guest is told what came out of it.
public final class PodWiring {
  private static final String NO_INTERFACE =
      "no interface of the pod has a default route or is the only one with an address";

  private final Caller caller;
  private final StateDirectory directory;
  private final String id;
  private final NetworkRecord network;
  private final String tap;

  public PodWiring(Caller caller, StateDirectory directory, ContainerRecord record)
      throws IOException {
    this.caller = caller;
    this.directory = directory;
    this.id = record.id();
    this.network = Recorded.part(record.network(), id);
    this.tap = Recorded.part(network.tap(), id);
  }

  /// Begins to load the programs of the wiring that is wanted, if it has any.
  public static FabricLoad begin(ContainerRecord record) {
    NetworkRecord network = record.network();
    return network != null && network.tap() != null && isByPrograms(network.wiring().wanted())
        ? FabricLoad.begin()
        : FabricLoad.whenAsked();
  }

  private static boolean isByPrograms(NetworkMode wanted) {
    return wanted == NetworkMode.FABRIC || wanted == NetworkMode.AUTO;
  }

  /// What came out of it.
  ///
  /// @param pod the interface that the guest gets, null for a guest without network
  /// @param aliases where the guest finds the pod's localhost, null where it does not
  /// @param network for the record
  /// @param policy what holds in the pod
  public record Joined(
      @Nullable PodInterface pod,
      @Nullable Aliases aliases,
      NetworkRecord network,
      PodPolicy policy) {
    Joined(@Nullable PodInterface pod, @Nullable Aliases aliases, NetworkRecord network) {
      this(pod, aliases, network, PodPolicy.NONE);
    }

    /// The same, because something else was refused before.
    Joined because(String refused) {
      String more = network.note();
      return new Joined(
          pod, aliases, network.noted(more == null ? refused : refused + "; " + more), policy);
    }

    Joined under(PodPolicy held) {
      return new Joined(pod, aliases, network.leavingOut(held.notes()), held);
    }
  }

  /// Brings the calling thread's namespace into order and joins. On failure what was done is in the
  /// journal.
  ///
  /// @param resolver the container's
  /// @param load from [#begin]
  /// @param timestamps gets the moment in which the pod's interface is known
  public Joined join(ResolvConf resolver, FabricLoad load, Timestamps timestamps)
      throws IOException {
    try (PodNetwork here = PodNetwork.open(load)) {
      PodInterface pod = here.reconcile(tap, new PodGuests(caller, directory));
      timestamps.mark(Timestamps.Moment.POD_READ);
      if (pod == null) {
        caller.log().warn("container " + id + " starts without network: " + NO_INTERFACE);
        return new Joined(null, null, network.without(NO_INTERFACE));
      }
      if (here.staticNet().hasTraces(pod.link())) {
        here.staticNet().removeDead();
      }
      int tapIndex = here.tapIndex(tap);
      boolean beside = here.hasLivingFabric(tapIndex);
      if (beside) {
        here.forgetDeadGuests(tapIndex);
      } else if (here.hasFabricTraces()) {
        here.removeFabric();
      }
      PodPolicy policy = here.policy(pod); // before anything of the namespace is set
      for (String note : policy.notes()) {
        caller.log().warn("container " + id + ": " + note);
      }
      Joined joined = join(here, pod, resolver, beside).under(policy);
      caller.log().info("container " + id + ": " + choice(pod, joined));
      return joined;
    }
  }

  private String choice(PodInterface pod, Joined joined) {
    WiringRecord wiring = joined.network().wiring();
    NetworkMode used = wiring.used();
    return tap
        + " is joined to "
        + pod.link().name()
        + " by "
        + (used == null ? null : used.word())
        + ", where "
        + wiring.wanted().word()
        + " was wanted";
  }

  /// @param beside whether other guests live by the fabric in the pod
  private Joined join(PodNetwork here, PodInterface pod, ResolvConf resolver, boolean beside)
      throws IOException {
    NetworkMode wanted = network.wiring().wanted();
    if (wanted == NetworkMode.REDIRECT) {
      return redirect(here, pod, null);
    }
    return wanted == NetworkMode.STATIC || wanted == NetworkMode.STATIC_OR_AUTO
        ? staticNet(here, pod, resolver, beside)
        : fabricOrRedirect(here, pod, resolver, beside);
  }

  /// Nothing takes the place of a net that is not free: those who speak to the guest know no other.
  private Joined staticNet(PodNetwork here, PodInterface pod, ResolvConf resolver, boolean beside)
      throws IOException {
    Link link = pod.link();
    String taken = here.staticNet().collision(tap, addresses(resolver));
    if (taken != null) {
      throw new ContainerException(
          FailureKind.IN_USE,
          "cannot start container "
              + id
              + ": the static network's 172.16.1.0/24 is fixed, and overlaps "
              + taken
              + "; expected a pod without it, or another network mode");
    }
    try {
      here.join(new Wiring.Static(link), tap, announcements());
    } catch (IOException e) {
      String refused = "the static network cannot be used: " + e.getMessage();
      if (network.wiring().wanted() == NetworkMode.STATIC) {
        throw new ContainerException(
            FailureKind.NODE_LACKS, "cannot start container " + id + ": " + refused, e);
      }
      caller.log().warn("container " + id + ": " + refused);
      return fabricOrRedirect(here, pod, resolver, beside).because(refused);
    }
    if (!hasIpv4(pod)) {
      caller
          .log()
          .warn(
              "container "
                  + id
                  + ": the pod's interface has no IPv4 address; its guest in the static network"
                  + " reaches nothing outside the pod");
    }
    return new Joined(
        StaticNet.guestInterface(link, id),
        null,
        network.joinedTo(link.name(), network.wiring().apart(StaticNet.guestAddress()), null));
  }

  private static boolean hasIpv4(PodInterface pod) {
    for (InterfaceAddress address : pod.addresses()) {
      if (address.address() instanceof Inet4Address) {
        return true;
      }
    }
    return false;
  }

  /// From other guests that live by the fabric a redirect would take all.
  private Joined fabricOrRedirect(
      PodNetwork here, PodInterface pod, ResolvConf resolver, boolean beside) throws IOException {
    try {
      return fabric(here, pod, resolver, beside);
    } catch (IOException e) {
      String refusal = FabricRefusal.words(e, directory, caller.log());
      if (network.wiring().wanted() == NetworkMode.FABRIC || beside) {
        throw new ContainerException(
            FailureKind.NODE_LACKS,
            "cannot start container " + id + ": the pod fabric cannot be used: " + refusal,
            e);
      }
      String reason = "the pod fabric cannot be used, but the plain redirect: " + refusal;
      caller.log().warn("container " + id + ": " + reason);
      return redirect(here, pod, reason);
    }
  }

  private Joined redirect(PodNetwork here, PodInterface pod, @Nullable String note)
      throws IOException {
    Link link = pod.link();
    here.join(new Wiring.Redirect(link), tap, announcements());
    return new Joined(
        pod, null, network.joinedTo(link.name(), network.wiring().redirected(), note));
  }

  private Joined fabric(PodNetwork here, PodInterface pod, ResolvConf resolver, boolean beside)
      throws IOException {
    boolean localhost = network.wiring().localhost();
    Link link = pod.link();
    List<LoopbackResolver> resolvers = localhost ? loopback(resolver) : List.of();
    List<String> notes = new ArrayList<>();
    FabricNets nets =
        beside
            ? standing(here, resolvers)
            : here.freeNets(pod, addresses(resolver), preferredNets(), notes);
    here.join(
        new Wiring.Fabric(link, nets, pod.hosts(), localhost, resolvers, ports()),
        tap,
        announcements());
    Aliases aliases = localhost ? nets.aliases() : null;
    WiringRecord woven =
        network
            .wiring()
            .woven(
                aliases == null ? null : text(aliases.ipv4()),
                aliases == null ? null : text(aliases.ipv6()));
    return new Joined(pod, aliases, network.joinedTo(link.name(), woven, note(notes, localhost)));
  }

  /// What is not shared although it was wanted: in the log and in the state.
  private @Nullable String note(List<String> lacking, boolean localhost) {
    if (lacking.isEmpty() || !localhost) {
      return null;
    }
    caller.log().warn("container " + id + ": " + lacking.getFirst());
    return lacking.getFirst();
  }

  /// The nets of the fabric that stands: a guest that joins it takes what is there.
  private FabricNets standing(PodNetwork here, List<LoopbackResolver> resolvers)
      throws IOException {
    try (LivingFabric fabric = here.livingFabric()) {
      if (fabric == null) {
        throw new IOException("the filters of the fabric that stands went meanwhile");
      }
      FabricSettings settings = fabric.settings();
      for (LoopbackResolver resolver : resolvers) {
        LoopbackResolver other = settings.otherThan(resolver);
        if (other != null) {
          caller
              .log()
              .warn(
                  "container "
                      + id
                      + ": the name server of the pod's guests is "
                      + other.address().getHostAddress()
                      + " already, and not "
                      + resolver.address().getHostAddress());
        }
      }
      return settings.nets();
    }
  }

  private List<InetAddress> preferredNets() throws IOException {
    String nets = network.wiring().aliasNets();
    return nets == null ? List.of() : AliasNets.parse("container " + id, "aliasNets", nets).nets();
  }

  private List<FabricPort> ports() throws IOException {
    String declared = network.wiring().ports();
    List<FabricPort> ports = new ArrayList<>();
    if (declared != null) {
      String where = "container " + id;
      for (DeclaredPorts.Range range :
          DeclaredPorts.parse(where, "dev.urunj.ports", declared).ranges()) {
        for (int port = range.first(); port <= range.last(); port++) {
          ports.add(new FabricPort(range.udp() ? FabricPort.UDP : FabricPort.TCP, port));
        }
      }
    }
    return ports;
  }

  private List<LoopbackResolver> loopback(ResolvConf resolver) throws IOException {
    LoopbackResolvers resolvers = LoopbackResolvers.find(resolver.loopbackNameservers());
    for (String note : resolvers.notes()) {
      caller.log().warn("container " + id + ": " + note);
    }
    return resolvers.found();
  }

  private static List<InetAddress> addresses(ResolvConf resolver) {
    List<InetAddress> addresses = new ArrayList<>();
    for (String nameserver : resolver.nameservers()) {
      try {
        addresses.add(InetAddress.ofLiteral(nameserver));
      } catch (IllegalArgumentException _) {
        // a link's own address, or no address at all: collides with nothing
      }
    }
    return addresses;
  }

  private JournalAnnouncements announcements() {
    return new JournalAnnouncements(directory.journal(), null);
  }

  private static @Nullable String text(@Nullable InetAddress address) {
    return address == null ? null : address.getHostAddress();
  }
}
