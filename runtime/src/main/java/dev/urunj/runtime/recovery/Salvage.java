package dev.urunj.runtime.recovery;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.mount.MountPoint;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.ContainerLock;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lowlevel.ControlGroups;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.lowlevel.Programs;
import dev.urunj.runtime.netns.Sighting;
import dev.urunj.runtime.network.Leftover;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Wiring;
import dev.urunj.runtime.pod.NamespaceLock;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.DamagedException;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes back what is provably ours of a container whose record, journal or low-level runtime's
/// state is damaged or missing. Proofs are: the tag of a process; that something lies or is mounted
/// in the container's own directory; the mark on a filter that leads to no TAP any more; a line of
/// the journal that names a control group.
///
/// What only the record tells from another program's (a link by its index, a filter that leads to a
/// living TAP) is left alone, because once the monitor is dead, only its TAP could have needed it,
/// and that is gone with it.
public final class Salvage {
  private static final long TMPFS_MAGIC = 0x01021994; // uapi/linux/magic.h

  private final Container container;
  private final StateDirectory directory;
  private final Caller caller;
  private final @Nullable HeldContainer held;
  private final boolean lowLevelHasFailed;
  private final Undo undo = new Undo();

  private Salvage(Container container, ContainerLock lock, boolean lowLevelHasFailed) {
    this.container = container.patient();
    this.directory = container.directory();
    this.caller = this.container.caller();
    this.lowLevelHasFailed = lowLevelHasFailed;
    this.held = readable(this.container, lock);
  }

  /// With its record, where the damage is elsewhere.
  private static @Nullable HeldContainer readable(Container container, ContainerLock lock) {
    try {
      return container.under(lock);
    } catch (IOException _) {
      return null;
    }
  }

  /// Follows the record and the journal, because that takes back more. Only if that fails does it
  /// use what it can prove without them.
  ///
  /// @param lock the container's, which stays its caller's
  public static void afterCleanUp(Container container, ContainerLock lock) throws IOException {
    IOException damage;
    try {
      HeldContainer held = container.under(lock);
      if (held != null) {
        CleanUp.everything(held);
      }
      return;
    } catch (IOException e) {
      damage = e;
    }
    try {
      boolean lowLevelHasFailed = damage instanceof LowLevelException;
      new Salvage(container, lock, lowLevelHasFailed).run(String.valueOf(damage.getMessage()));
    } catch (IOException e) {
      e.addSuppressed(damage);
      throw e;
    }
  }

  /// Takes it back and removes the directory.
  ///
  /// @param lock the container's, which stays its caller's
  /// @param damage why this is necessary; said in the log
  /// @throws IOException when something of it could not be taken back: then the state stays
  static void everything(Container container, ContainerLock lock, String damage)
      throws IOException {
    new Salvage(container, lock, false).run(damage);
  }

  private void run(String damage) throws IOException {
    caller
        .log()
        .warn(
            "container \""
                + directory.name()
                + "\": "
                + damage
                + "; urunj removes what provably belongs to it");
    if (isOfThisBoot()) {
      outside();
    }
    StateMounts.unpin(directory);
    directory.remove();
  }

  /// The record's word where it can be read, or else: whether the state lies in memory, its pin is
  /// mounted or one of its processes lives. If nothing shows it, what the state names may be
  /// another program's.
  private boolean isOfThisBoot() throws IOException {
    if (held != null && held.record().network() != null) {
      return held.record().isOfThisBoot();
    }
    try (Fd fd = OpenFile.directory(directory.path())) {
      if (FileStatus.filesystemMagic(fd) == TMPFS_MAGIC) {
        return true;
      }
    }
    return !MountPoint.below(directory.path(), caller.node().process()).isEmpty()
        || MonitorProcesses.under(directory.root()).isAnyOf(directory.name());
  }

  private void outside() throws IOException {
    List<Path> groups = controlGroups();
    undo.attempt(() -> endMonitor(groups));
    undo.attempt(this::takeNetworkBack);
    undo.attempt(() -> StateMounts.detachLowLevel(directory, caller.node()));
    undo.attempt(() -> {
      ControlGroups node = ControlGroups.seenBy(caller.node().process());
      Deadline patience = Deadline.after(caller.node().monotonic(), ControlGroups.PATIENCE);
      for (Path group : groups) {
        undo.attempt(() -> node.remove(group, patience));
      }
    });
    undo.close();
  }

  private List<Path> controlGroups() {
    for (Act act : directory.journal().readable(new Wirings())) {
      if (act instanceof Act.ControlGroups(List<Path> paths)) {
        return paths;
      }
    }
    return List.of();
  }

  /// By the low-level runtime, which also runs the hooks, if its own state is whole; in any case by
  /// the processes' tags.
  private void endMonitor(List<Path> groups) throws IOException {
    String id = directory.name();
    MonitorProcesses processes = MonitorProcesses.under(directory.root());
    processes.awaitRuntimes(id);
    if (held != null) {
      MonitorEnd.of(held);
    }
    try {
      LowLevelRuntime runtime = lowLevelHasFailed ? null : lowLevel();
      if (runtime != null) {
        runtime.deleteByForce(id);
      }
    } catch (IOException e) {
      caller.log().warn("container \"" + id + "\": " + e.getMessage());
    }
    ControlGroups node = ControlGroups.seenBy(caller.node().process());
    for (Path group : groups) {
      undo.attempt(() -> node.thaw(group));
    }
    processes.end(id);
  }

  /// The one that the record names or, without a record, the one whose state this looks like.
  private @Nullable LowLevelRuntime lowLevel() {
    MonitorRecord monitor = held == null ? null : held.record().monitor();
    if (monitor != null) {
      return container.lowLevel(monitor);
    }
    Path own = directory.lowLevelRoot().resolve(directory.name());
    String name = Files.exists(own.resolve("status")) ? "crun" : "runc";
    Path program =
        Files.isDirectory(own) ? Programs.find(name, caller.environment().variables()) : null;
    return program == null ? null : caller.lowLevel(program, directory.lowLevelRoot(), false);
  }

  /// Follows the journal if it can be read, because it knows more than the pod shows.
  private void takeNetworkBack() throws IOException {
    if (held != null) {
      try {
        CleanUp.network(held);
        return;
      } catch (DamagedException e) {
        caller.log().debug("urunj searches the pod's whole network: " + e.getMessage());
      }
    }
    clearNamespace();
  }

  private void clearNamespace() throws IOException {
    try (Sighting sighting = Sighting.of(caller.node().guard(), directory.pin())) {
      if (!sighting.isUsable()) {
        caller.log().debug(sighting.reason());
        return;
      }
      NetworkNamespace namespace = sighting.usable();
      try (NamespaceLock _ = NamespaceLock.await(namespace, caller)) {
        namespace.call(Salvage::removeDeadFilters);
      }
    }
  }

  /// Of the calling thread's namespace.
  static boolean removeDeadFilters() throws IOException {
    try (PodSocket here = PodSocket.open()) {
      for (Wiring wiring : Wirings.all()) {
        for (Leftover leftover : wiring.leftovers(here)) {
          leftover.removal().run(here);
        }
      }
      return true;
    }
  }
}
