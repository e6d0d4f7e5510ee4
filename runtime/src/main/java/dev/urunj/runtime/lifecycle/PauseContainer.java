package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.state.Status;
import java.io.IOException;

/// `pause ID` and `resume ID`: the freezer of the monitor's cgroup. The guest notices only the
/// missing time.
public final class PauseContainer {
  private final Caller caller;

  public PauseContainer(Caller caller) {
    this.caller = caller;
  }

  /// Freezes a running container.
  public void pause(String id) throws IOException {
    change(id, Status.RUNNING, Status.PAUSED);
  }

  /// Thaws a paused container.
  public void resume(String id) throws IOException {
    change(id, Status.PAUSED, Status.RUNNING);
  }

  private void change(String id, Status from, Status to) throws IOException {
    Container container = Container.of(caller, id);
    try (HeldContainer held = container.hold()) {
      if (held.record().monitor() == null) {
        throw ContainerException.doesNotExist(id);
      }
      Status now = held.record().currentStatus();
      if (now != from) {
        throw new ContainerException(
            FailureKind.WRONG_STATUS,
            "container \"" + id + "\" is " + now.word() + "; expected " + from.word());
      }
      LowLevelRuntime runtime = held.lowLevel();
      if (to == Status.PAUSED) {
        freeze(runtime, id);
        held.write(held.record().with(to));
      } else {
        runtime.resume(id);
        held.write(held.record().with(to));
        new PowerButton(container).deliver(held.record());
      }
    }
  }

  /// A pause that came too late may have frozen the monitor all the same, and the record says that
  /// it runs. So it is taken back. One that was refused has frozen nothing.
  private static void freeze(LowLevelRuntime runtime, String id) throws IOException {
    try {
      runtime.pause(id);
    } catch (LowLevelException failure) {
      if (failure.kind() == FailureKind.TIMED_OUT) {
        try {
          runtime.resume(id);
        } catch (IOException undo) {
          failure.addSuppressed(undo);
        }
      }
      throw failure;
    }
  }
}
