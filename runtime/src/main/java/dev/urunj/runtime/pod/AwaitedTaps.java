package dev.urunj.runtime.pod;

import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Containers;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The TAPs of a pod that wait for their monitors.
///
/// A monitor that opens its TAP by its name holds no descriptor of it before. Until then the TAP
/// has no carrier, like one that outlived its monitor, and the journals of the containers are what
/// tells the two apart. Reads them without a lock.
final class AwaitedTaps {
  private final Path root;

  /// Of the containers under a root.
  AwaitedTaps(Path root) {
    this.root = root;
  }

  /// The container whose monitor is to open a TAP. One that is being created counts, because its
  /// create may be at work; if that was killed, the next command on its id takes the TAP back.
  ///
  /// @param here the namespace in which the TAP was seen
  /// @return null when the TAP is an orphan: no journal names it, or the process has died that was
  ///   to become the monitor
  @Nullable ContainerRecord owner(Link tap, NetworkRecord here) throws IOException {
    for (String id : new Containers(root).ids()) {
      StateDirectory directory = StateDirectory.of(root, id);
      ContainerRecord record = readable(directory);
      if (record != null && isIn(record, here) && lives(record) && names(directory, tap)) {
        return record;
      }
    }
    return null;
  }

  /// Whether another container than one waits for a TAP.
  boolean isOfAnother(String id, Link tap, NetworkRecord here) throws IOException {
    ContainerRecord owner = tap.persistent() ? owner(tap, here) : null;
    return owner != null && !owner.id().equals(id);
  }

  /// Whether the record's network namespace is that one, of this boot.
  static boolean isIn(ContainerRecord record, NetworkRecord here) {
    NetworkRecord there = record.network();
    return there != null
        && there.bootId().equals(here.bootId())
        && there.namespace().isSameAs(here.namespace());
  }

  private static boolean lives(ContainerRecord record) throws IOException {
    return record.status() == Status.CREATING || record.isAlive();
  }

  private static boolean names(StateDirectory directory, Link tap) {
    for (Act act : directory.journal().readable(new Wirings())) {
      if (act instanceof Act.OfNetwork(NetworkAct made) && made.awaits(tap)) {
        return true;
      }
    }
    return false;
  }

  /// A damaged neighbour is no reason to fail here.
  static @Nullable ContainerRecord readable(StateDirectory directory) {
    try {
      return directory.record();
    } catch (IOException _) {
      return null;
    }
  }
}
