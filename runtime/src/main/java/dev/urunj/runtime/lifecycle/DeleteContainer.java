package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.recovery.CleanUp;
import dev.urunj.runtime.recovery.Salvage;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;

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
    StateDirectory directory = StateDirectory.of(caller.root(), id);
    try (StateDirectory.Lock lock = directory.lock()) {
      if (lock == null || !directory.isOurs()) {
        directory.removeRemains();
        if (force) {
          return;
        }
        throw ContainerException.doesNotExist(id);
      }
      if (force) {
        Salvage.afterCleanUp(directory, caller);
      } else {
        deleteStopped(directory);
      }
    }
  }

  private void deleteStopped(StateDirectory directory) throws IOException {
    ContainerRecord record = directory.record();
    if (record == null) {
      throw ContainerException.doesNotExist(directory.name());
    }
    Status status = record.currentStatus();
    if (status == Status.RUNNING || status == Status.PAUSED) {
      throw new ContainerException(
          FailureKind.WRONG_STATUS,
          "cannot delete container " + record.id() + " that is not stopped: " + status.word());
    }
    CleanUp.everything(directory, record, caller);
  }
}
