package dev.urunj.runtime.pod;

import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.DeclaredPorts;
import dev.urunj.runtime.network.Neighbours;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Containers;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import dev.urunj.runtime.state.WiringRecord;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The guests that live in the pod of a container, created or started, and whether it may live
/// beside them. Where it may not, the message names the link, the other container, and what to
/// write.
public final class PodGuests implements Neighbours {
  private static final String PORTS = "dev.urunj.ports";

  private final Caller caller;
  private final StateDirectory asking;
  private int others;

  /// Of the pod that the record of a container names.
  public PodGuests(Caller caller, StateDirectory asking) {
    this.caller = caller;
    this.asking = asking;
  }

  @Override
  public boolean isAwaited(Link tap) throws IOException {
    ContainerRecord record = asking.record();
    NetworkRecord here = record == null ? null : record.network();
    return here != null && new AwaitedTaps(caller.root()).owner(tap, here) != null;
  }

  @Override
  public void admit(Link tap) throws IOException {
    String inUse =
        "network: the link "
            + tap.name()
            + " is in use: "
            + (tap.carrier()
                ? "it has a carrier, so its monitor lives; "
                : "it waits for its monitor; ");
    ContainerRecord record = asking.record();
    NetworkRecord mine = record == null ? null : record.network();
    ContainerRecord owner = mine == null ? null : owner(tap.name(), mine);
    NetworkRecord theirs = owner == null ? null : owner.network();
    if (owner == null || theirs == null || mine == null) {
      throw new ContainerException(
          FailureKind.IN_USE, inUse + "no container under " + caller.root() + " owns it");
    }
    others++;
    String clash = clash(theirs, mine.wiring());
    if (clash == null && others >= Wiring.MOST_GUESTS) {
      clash = ", and a pod has at most " + Wiring.MOST_GUESTS + " guests";
    }
    if (clash != null) {
      String state = owner.status() == Status.CREATING ? ", which is being created" : "";
      throw new ContainerException(
          FailureKind.IN_USE, inUse + "it belongs to container " + owner.id() + state + clash);
    }
  }

  private static @Nullable String clash(NetworkRecord other, WiringRecord mine) throws IOException {
    WiringRecord theirs = other.wiring();
    NetworkMode used = theirs.used();
    if (used != null && !used.isShared()) {
      String note = other.note();
      return ", which has the pod's interface for itself (network mode "
          + used.word()
          + (note == null ? ")" : ": " + note + ")");
    }
    if (used == null && !theirs.wanted().isShared()) {
      return ", which is to have the pod's interface for itself (network mode "
          + theirs.wanted().word()
          + ")";
    }
    if (!mine.wanted().isShared()) {
      return ", and a guest with the network mode "
          + mine.wanted().word()
          + " has the pod's interface for itself";
    }
    if (theirs.localhost() != mine.localhost()) {
      return ", which "
          + (theirs.localhost() ? "shares" : "does not share")
          + " the pod's localhost: dev.urunj.network.localhost must be the same for both";
    }
    return clash(theirs.ports(), mine.ports());
  }

  private static @Nullable String clash(
      @Nullable DeclaredPorts theirs, @Nullable DeclaredPorts mine) {
    if (theirs == null && mine == null) {
      return ", which declares no ports either; at most one guest of a pod may declare none: set the"
          + " annotation "
          + PORTS
          + ", for example to 80/tcp,53/udp, or "
          + PORTS
          + ".NAME for the container NAME of the pod";
    }
    if (theirs == null || mine == null) {
      return null;
    }
    String shared = mine.firstShared(theirs);
    return shared == null
        ? null
        : ", which declares port "
            + shared
            + " too; a port belongs to one guest of a pod: set the annotation "
            + PORTS
            + ".NAME for the container NAME of the pod";
  }

  /// One that lives, or else one that is being created.
  private @Nullable ContainerRecord owner(String tap, NetworkRecord here) throws IOException {
    ContainerRecord claimed = null;
    for (String id : new Containers(caller.root()).ids()) {
      ContainerRecord record = AwaitedTaps.readable(StateDirectory.of(caller.root(), id));
      NetworkRecord there = record == null ? null : record.network();
      if (record == null || there == null || !tap.equals(there.tap()) || !isSame(there, here)) {
        continue;
      }
      if (record.isAlive()) {
        return record;
      }
      if (record.status() == Status.CREATING) {
        claimed = record;
      }
    }
    return claimed;
  }

  private static boolean isSame(NetworkRecord there, NetworkRecord here) {
    return there.namespace().inode() == here.namespace().inode()
        && there.namespace().cookie() == here.namespace().cookie();
  }
}
