package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.ContainerLock;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.recovery.CleanUp;
import dev.urunj.runtime.recovery.Salvage;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// `delete [--force] ID`: undoes create, newest act first, and forgets the container.
public final class DeleteContainer {
  private final Caller caller;

  public DeleteContainer(Caller caller) {
    this.caller = caller;
  }

  /// Removes what a killed create or delete has left of a container that does not exist.
  public void removeRemains(String id) throws IOException {
    StateDirectory.of(caller.root(), id).removeRemains();
  }

  /// Deletes a container. By force, it logs damage to the state and still removes what is provably
  /// the container's own.
  ///
  /// @param force also when its monitor runs; an unknown id is then success
  /// @throws ContainerException when no container of ours has that id, or it runs
  public void delete(String id, boolean force) throws IOException {
    Container container = Container.of(caller, id);
    StateDirectory directory = container.directory();
    try (ContainerLock lock = container.lock()) {
      if (lock == null || !directory.isOurs()) {
        directory.removeRemains();
        if (force) {
          return;
        }
        throw ContainerException.doesNotExist(id);
      }
      if (force) {
        Salvage.afterCleanUp(container, lock);
      } else {
        deleteStopped(container.under(lock), id);
      }
    }
  }

  private static void deleteStopped(@Nullable HeldContainer held, String id) throws IOException {
    if (held == null) {
      throw ContainerException.doesNotExist(id);
    }
    ContainerRecord record = held.record();
    Status status = record.currentStatus();
    if (status == Status.RUNNING || status == Status.PAUSED) {
      throw new ContainerException(
          FailureKind.WRONG_STATUS,
          "cannot delete container " + record.id() + " that is not stopped: " + status.word());
    }
    CleanUp.everything(held);
  }
}
