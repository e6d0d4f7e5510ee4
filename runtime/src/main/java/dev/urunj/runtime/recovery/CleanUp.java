package dev.urunj.runtime.recovery;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lowlevel.ControlGroups;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Undoer;
import dev.urunj.runtime.pod.NamespaceLock;
import dev.urunj.runtime.pod.PinnedNamespace;
import dev.urunj.runtime.pod.PodUndoer;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Takes back what the journal of a container says, newest act first. Each step finds "not there"
/// to be done, so that it can be cut off anywhere and repeated. A failing step does not stop the
/// others; their failures are attached to the first.
///
/// It never writes the record: what the container is afterwards is its caller's word.
public final class CleanUp {
  private final HeldContainer held;
  private final StateDirectory directory;
  private final Caller caller;
  private final Undo undo = new Undo();

  private CleanUp(HeldContainer held) {
    this.held = held.patient();
    this.directory = held.directory();
    this.caller = this.held.caller();
  }

  /// Takes the pod's network back, whatever became of the monitor; nothing else.
  public static void network(HeldContainer held) throws IOException {
    CleanUp cleanUp = new CleanUp(held);
    cleanUp.inNamespace(cleanUp.acts());
    cleanUp.undo.close();
  }

  /// Takes back what joins the TAP to the pod, and leaves the TAP to its monitor, which may live
  /// for some more milliseconds.
  ///
  /// @return what is left for [#taps], once the monitor is dead
  public static List<Act> wiring(HeldContainer held) throws IOException {
    CleanUp cleanUp = new CleanUp(held);
    List<Act> acts = new ArrayList<>();
    List<Act> taps = new ArrayList<>();
    for (Act act : cleanUp.acts()) {
      if (!(act instanceof Act.OfNetwork(NetworkAct made)) || !made.isOfTap()) {
        acts.add(act);
      } else if (made.outlivesMonitor()) {
        taps.add(act);
      }
    }
    cleanUp.inNamespace(acts);
    cleanUp.undo.close();
    return taps;
  }

  /// Removes the TAPs that [#wiring] has left, if their monitor never came to hold them.
  public static void taps(HeldContainer held, List<Act> taps) throws IOException {
    CleanUp cleanUp = new CleanUp(held);
    cleanUp.inNamespace(taps);
    cleanUp.undo.close();
  }

  /// Takes everything back, a living monitor included, and removes the state. When a step fails the
  /// state stays, for the next attempt. Of a container of another boot only the files are left. The
  /// low-level runtime does not take part then, because its own record names no boot: it may take
  /// another process for the container's and kill it.
  ///
  /// @throws dev.urunj.runtime.state.DamagedException when the journal is damaged: then nothing was
  ///   done
  public static void everything(HeldContainer held) throws IOException {
    CleanUp cleanUp = new CleanUp(held);
    if (held.record().isOfThisBoot()) {
      cleanUp.outside(cleanUp.acts());
    } else {
      held.caller()
          .log()
          .debug("the container was made in another boot; only its state is removed");
    }
    StateMounts.unpin(held.directory());
    cleanUp.remove();
  }

  /// Takes back what a low-level runtime has begun and failed to finish, and nothing else, so that
  /// another one can begin in the same place.
  public static void lowLevel(HeldContainer held) throws IOException {
    CleanUp cleanUp = new CleanUp(held);
    List<Act> acts = cleanUp.acts();
    cleanUp.tryToDeleteContainer();
    cleanUp.removeControlGroups(acts);
    cleanUp.undo.close();
    held.directory().removeLowLevelRoot();
  }

  /// What the low-level runtime has mounted in its own root and failed to take off is in the way.
  /// It is looked for only then: the list of a node's mounts is long.
  private void remove() throws IOException {
    try {
      directory.remove();
    } catch (IOException e) {
      if (!StateMounts.detachLowLevel(directory, caller.node())) {
        throw e;
      }
      directory.remove();
    }
  }

  private void outside(List<Act> acts) throws IOException {
    if (hasContainerAct(acts)) {
      try {
        MonitorEnd.of(held);
      } catch (IOException e) {
        undo.failed(e);
      }
      tryToDeleteContainer();
    }
    inNamespace(acts);
    removeControlGroups(acts);
    undo.close();
  }

  /// Newest first.
  private List<Act> acts() throws IOException {
    return directory.journal().read(new Wirings()).reversed();
  }

  private void tryToDeleteContainer() {
    try {
      deleteContainer();
    } catch (IOException e) {
      undo.failed(e);
    }
  }

  private void deleteContainer() throws IOException {
    String id = held.id();
    boolean cutOff = held.record().status() == Status.CREATING;
    if (cutOff) {
      MonitorProcesses.under(directory.root()).awaitRuntimes(id);
      // under them the low-level runtime fails to remove its state
      StateMounts.detachLowLevel(directory, caller.node());
    }
    LowLevelRuntime runtime = held.lowLevel();
    try {
      runtime.deleteByForce(id);
    } catch (LowLevelException e) {
      if (!cutOff) {
        throw e;
      }
      // One that cannot create may not be able to delete either. What it has made is known without
      // it: processes by their tag, control groups by the journal.
      caller.log().debug("container \"" + id + "\": " + e.getMessage());
    }
    if (cutOff) {
      // One that was killed knows nothing of a process that it has half made.
      MonitorProcesses.under(directory.root()).end(id);
    }
  }

  private void removeControlGroups(List<Act> acts) {
    for (Act act : acts) {
      if (act instanceof Act.ControlGroups(List<Path> groups)) {
        try {
          ControlGroups node = ControlGroups.seenBy(caller.node().process());
          Deadline patience = Deadline.after(caller.node().monotonic(), ControlGroups.PATIENCE);
          for (Path group : groups) {
            remove(node, group, patience);
          }
        } catch (IOException e) {
          undo.failed(e);
        }
      }
    }
  }

  private void remove(ControlGroups node, Path group, Deadline patience) {
    try {
      node.remove(group, patience);
    } catch (IOException e) {
      undo.failed(e);
    }
  }

  private void inNamespace(List<Act> acts) {
    NetworkRecord network = held.record().network();
    if (network == null || !hasNetworkAct(acts)) {
      return;
    }
    try (NetworkNamespace namespace = open(network)) {
      if (namespace != null) {
        undo(acts, namespace);
      }
    } catch (IOException e) {
      undo.failed(e);
    }
  }

  private void undo(List<Act> acts, NetworkNamespace namespace) throws IOException {
    try (NamespaceLock _ = NamespaceLock.await(namespace, caller)) {
      boolean _ =
          namespace.call(
              new Callable<Boolean>() {
                @Override
                public Boolean call() throws IOException {
                  undo(acts);
                  return true;
                }
              });
    }
  }

  /// By the pin or, where that was lost, by the path that create was given: either is only used if
  /// it is the recorded namespace.
  private @Nullable NetworkNamespace open(NetworkRecord network) throws IOException {
    NetworkNamespace namespace = PinnedNamespace.open(directory.pin(), network, caller);
    String given = network.givenPath();
    return namespace == null && given != null
        ? PinnedNamespace.open(Path.of(given), network, caller)
        : namespace;
  }

  private static boolean hasContainerAct(List<Act> acts) {
    for (Act act : acts) {
      if (act instanceof Act.Container) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasNetworkAct(List<Act> acts) {
    for (Act act : acts) {
      if (act instanceof Act.OfNetwork) {
        return true;
      }
    }
    return false;
  }

  private void undo(List<Act> acts) throws IOException {
    Undoer undoer = new PodUndoer(caller, directory.root(), held.record());
    try (PodSocket here = PodSocket.open()) {
      for (Act act : acts) {
        if (act instanceof Act.OfNetwork(NetworkAct made)) {
          try {
            made.undo(here, undoer);
          } catch (IOException e) {
            undo.failed(e);
          }
        }
      }
    }
  }
}
