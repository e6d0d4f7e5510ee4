package dev.urunj.runtime.recovery;

import dev.urunj.linux.mount.MountPoint;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.ContainerLock;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lowlevel.LowLevelState;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Undoer;
import dev.urunj.runtime.pod.PinnedNamespace;
import dev.urunj.runtime.pod.PodUndoer;
import dev.urunj.runtime.recovery.Finding.Kind;
import dev.urunj.runtime.recovery.Findings.Garbage;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.DamagedException;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The directories of containers, as a [Sweep] looks at them.
final class SweptContainers {
  private final Caller caller;
  private final Findings findings;
  private final SweptNamespaces namespaces;
  private final List<MonitorProcesses.Found> running;

  SweptContainers(
      Caller caller,
      Findings findings,
      SweptNamespaces namespaces,
      List<MonitorProcesses.Found> running) {
    this.caller = caller;
    this.findings = findings;
    this.namespaces = namespaces;
    this.running = running;
  }

  /// `@new.ID` or `@old.ID`.
  void sweepPassage(StateDirectory passage) throws IOException {
    try (StateDirectory.Lock lock = passage.tryLock()) {
      if (lock == null) {
        busy(passage);
        return;
      }
      findings.garbage(
          new Garbage(
              Kind.REMAINS,
              passage.path().toString(),
              "the command that made it was killed",
              "only urunj gives such a name, and its lock is free",
              "remove the directory"),
          passage::removePassage);
    }
  }

  /// `ID`.
  void sweep(StateDirectory directory) throws IOException {
    Container container = Container.in(directory, caller);
    try (ContainerLock lock = container.tryLock()) {
      if (lock == null) {
        busy(directory);
      } else if (directory.isOurs()) {
        sweepOurs(container, lock);
      } else {
        sweepWithoutRecord(container, lock);
      }
    }
  }

  private void busy(StateDirectory directory) {
    if (directory.exists()) {
      findings.left(Kind.BUSY, directory.path().toString(), "another command is working on it");
    }
  }

  private void sweepOurs(Container container, ContainerLock lock) throws IOException {
    HeldContainer held;
    List<Act> acts;
    try {
      held = container.under(lock);
      acts = container.directory().journal().read(new Wirings());
    } catch (DamagedException e) {
      sweepDamaged(container, lock, e);
      return;
    }
    if (held != null) {
      sweepRecorded(held, acts, () -> Salvage.afterCleanUp(container, lock));
    }
  }

  /// @param cutOff what undoes a create that was killed
  private void sweepRecorded(HeldContainer held, List<Act> acts, Undo.Step cutOff)
      throws IOException {
    StateDirectory directory = held.directory();
    ContainerRecord record = held.record();
    String path = directory.path().toString();
    if (!record.isOfThisBoot()) {
      findings.garbage(
          new Garbage(
              Kind.STALE_STATE,
              path,
              "was recorded in another boot",
              "it has urunj's record",
              "remove the directory; no process, namespace or control group is touched"),
          () -> CleanUp.everything(held));
    } else if (record.status() == Status.CREATING) {
      namespaces.explain(directory.pin());
      findings.garbage(
          new Garbage(
              Kind.ABORTED_CREATE,
              path,
              "its create was killed",
              "the record says creating, and its lock is free",
              "undo what the journal lists and remove the directory"),
          cutOff);
    } else if (record.isAlive()) {
      namespaces.hold(directory.pin(), record);
    } else {
      sweepStopped(held, acts);
    }
  }

  private void sweepDamaged(Container container, ContainerLock lock, DamagedException damage)
      throws IOException {
    StateDirectory directory = container.directory();
    namespaces.explain(directory.pin());
    String message = String.valueOf(damage.getMessage());
    String path = directory.path().toString();
    if (isRunning(directory.name()) || LowLevelState.isAlive(directory.lowLevelRoot())) {
      findings.left(
          Kind.DAMAGED_STATE,
          path,
          message + "; its monitor runs: urunj delete --force " + directory.name());
      return;
    }
    findings.garbage(
        new Garbage(
            Kind.DAMAGED_STATE,
            path,
            message + "; no process of it runs",
            "it has urunj's record",
            "take back what is provably its own and remove the directory"),
        () -> Salvage.everything(container, lock, message));
  }

  /// Such a container waits for its delete, so it is not garbage. Its network is, if it still
  /// stands.
  private void sweepStopped(HeldContainer held, List<Act> acts) throws IOException {
    StateDirectory directory = held.directory();
    ContainerRecord record = held.record();
    NetworkRecord network = record.network();
    NetworkNamespace namespace =
        network == null ? null : PinnedNamespace.open(directory.pin(), network, caller);
    if (namespace == null) {
      return;
    }
    try (namespace) {
      if (!namespace.call(() -> stands(record, acts))) {
        namespaces.hold(directory.pin(), record);
        return;
      }
    }
    namespaces.explain(directory.pin());
    findings.garbage(
        new Garbage(
            Kind.DEAD_NETWORK,
            directory.path().toString(),
            "its monitor is dead and its part of the pod's network still stands",
            "the journal lists it, in the namespace that was recorded",
            "take it back; the container itself waits for its delete"),
        () -> CleanUp.network(held));
  }

  /// Whether anything that the acts have made is still in the calling thread's namespace.
  private boolean stands(ContainerRecord record, List<Act> acts) throws IOException {
    Undoer undoer = new PodUndoer(caller, caller.root(), record);
    try (PodSocket here = PodSocket.open()) {
      for (Act act : acts) {
        if (act instanceof Act.OfNetwork(NetworkAct made) && made.stands(here, undoer)) {
          return true;
        }
      }
      return false;
    }
  }

  private void sweepWithoutRecord(Container container, ContainerLock lock) throws IOException {
    StateDirectory directory = container.directory();
    String path = directory.path().toString();
    String proof = proofOf(directory);
    if (!proof.isEmpty()) {
      namespaces.explain(directory.pin());
      findings.garbage(
          new Garbage(
              Kind.ORPHAN_CONTAINER,
              path,
              "a container of the low-level runtime without urunj's record",
              proof,
              "end it, take back what is provably its own and remove the directory"),
          () -> Salvage.everything(container, lock, "its record is missing"));
    } else if (isPinned(directory)) {
      findings.garbage(
          new Garbage(
              Kind.STALE_PIN,
              directory.pin().toString(),
              "a mounted namespace without a record",
              "a namespace is mounted where urunj pins them",
              "unmount it and remove the file; the namespace is not entered"),
          () -> NetworkNamespace.unpin(directory.pin()));
    } else {
      findings.left(
          Kind.FOREIGN,
          path,
          "has no record: it belongs to the low-level runtime or to another program");
    }
  }

  private String proofOf(StateDirectory directory) {
    if (isRunning(directory.name())) {
      return "a process of it carries urunj's tag";
    }
    return LowLevelState.hasBundle(directory.lowLevelRoot(), directory.bundle())
        ? "the low-level runtime's state names urunj's bundle"
        : "";
  }

  private boolean isRunning(String name) {
    for (MonitorProcesses.Found found : running) {
      if (found.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private boolean isPinned(StateDirectory directory) throws IOException {
    Path pin = directory.pin();
    for (MountPoint mount : MountPoint.below(directory.path(), caller.node().process())) {
      if (mount.path().equals(pin) && mount.type().equals("nsfs")) {
        return true;
      }
    }
    return false;
  }
}
