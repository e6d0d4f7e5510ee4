package dev.urunj.runtime.pod;

import dev.urunj.linux.process.SideThreads;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.Recorded;
import dev.urunj.runtime.host.Timestamps;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.Aliases;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.network.GuestSide;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodPolicy;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Preparation;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.network.WiringLog;
import dev.urunj.runtime.network.WiringRequest;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.WiringRecord;
import java.io.IOException;
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

  /// Begins what the wiring that is tried first needs, if it needs anything.
  public static Preparation begin(ContainerRecord record, SideThreads threads) {
    NetworkRecord network = record.network();
    return network != null && network.tap() != null
        ? Wirings.of(network.wiring().wanted().inTurn().getFirst()).prepare(threads)
        : Preparation.NONE;
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

    Joined under(PodPolicy held) {
      return new Joined(pod, aliases, network.leavingOut(held.notes()), held);
    }
  }

  /// Brings the calling thread's namespace into order and joins. On failure what was done is in the
  /// journal.
  ///
  /// @param resolver the container's
  /// @param preparation from [#begin]
  /// @param timestamps gets the moment in which the pod's interface is known
  public Joined join(ResolvConf resolver, Preparation preparation, Timestamps timestamps)
      throws IOException {
    try (PodNetwork here = PodNetwork.open()) {
      PodInterface pod = here.reconcile(tap, new PodGuests(caller, directory));
      timestamps.mark(Timestamps.Moment.POD_READ);
      if (pod == null) {
        caller.log().warn("container " + id + " starts without network: " + NO_INTERFACE);
        return new Joined(null, null, network.without(NO_INTERFACE));
      }
      int tapIndex = here.tapIndex(tap);
      boolean beside = false;
      for (Wiring wiring : Wirings.all()) {
        beside |= wiring.clear(here.socket(), pod.link(), tapIndex);
      }
      PodPolicy policy = here.policy(pod); // before anything of the namespace is set
      for (String note : policy.notes()) {
        warn(note);
      }
      WiringRecord wiring = network.wiring();
      WiringRequest request =
          new WiringRequest(
              id,
              tap,
              pod,
              wiring.localhost(),
              wiring.ports(),
              wiring.aliasNets(),
              addresses(resolver),
              resolver.loopbackNameservers(),
              preparation);
      Joined joined = join(request, here.socket(), beside).under(policy);
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

  /// By the first of the wanted wirings that the node and the pod take.
  ///
  /// @param beside whether other guests in the pod live by a shared one, from whom one that is not
  ///   shared would take all
  private Joined join(WiringRequest request, PodSocket here, boolean beside) throws IOException {
    List<NetworkMode> inTurn = network.wiring().wanted().inTurn();
    List<String> notes = new ArrayList<>();
    for (int i = 0; ; i++) {
      Wiring wiring = Wirings.of(inTurn.get(i));
      String obstacle = wiring.obstacle(request, here);
      if (obstacle != null) {
        throw new ContainerException(
            FailureKind.IN_USE, "cannot start container " + id + ": " + obstacle);
      }
      try {
        GuestSide side = wiring.join(request, here, announcements(), new Warned());
        return joined(inTurn.get(i), side, notes);
      } catch (IOException e) {
        boolean last = i + 1 == inTurn.size();
        if (wiring.isEverywhere()) {
          throw e;
        }
        String refused = wiring.title() + " cannot be used";
        String words = FabricRefusal.words(e, directory, caller.log());
        if (last || (beside && !inTurn.get(i + 1).isShared())) {
          throw new ContainerException(
              FailureKind.NODE_LACKS,
              "cannot start container " + id + ": " + refused + ": " + words,
              e);
        }
        String instead =
            i + 2 == inTurn.size() ? ", but " + Wirings.of(inTurn.get(i + 1)).title() : "";
        notes.add(refused + instead + ": " + words);
        warn(notes.getLast());
      }
    }
  }

  private Joined joined(NetworkMode mode, GuestSide side, List<String> notes) {
    Aliases aliases = side.aliases();
    WiringRecord done =
        network
            .wiring()
            .done(
                mode,
                aliases == null ? null : text(aliases.ipv4()),
                aliases == null ? null : text(aliases.ipv6()),
                side.address());
    if (side.note() != null) {
      notes.add(side.note());
    }
    String note = notes.isEmpty() ? null : String.join("; ", notes);
    return new Joined(
        side.link(), aliases, network.joinedTo(side.link().link().name(), done, note));
  }

  private final class Warned implements WiringLog {
    @Override
    public void warn(String line) {
      PodWiring.this.warn(line);
    }
  }

  private void warn(String line) {
    caller.log().warn("container " + id + ": " + line);
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

  private Announcements announcements() {
    return new JournalAnnouncements(directory.journal(), null);
  }

  private static @Nullable String text(@Nullable InetAddress address) {
    return address == null ? null : address.getHostAddress();
  }
}
