package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.recovery.MonitorProcesses;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// `pause ID` and `resume ID`: the freezer of the monitor's cgroup. The guest notices only the
/// missing time.
///
/// The record says `paused` before the monitor is frozen and until it is thawed. So a command that
/// is killed in between leaves a monitor that runs and is recorded as paused, which `resume` mends,
/// and never a frozen one that no command would thaw.
public final class PauseContainer {
  private final Caller caller;

  public PauseContainer(Caller caller) {
    this.caller = caller;
  }

  /// Freezes a running container.
  public void pause(String id) throws IOException {
    Container container = Container.of(caller, id);
    try (HeldContainer held = container.hold()) {
      check(held, Status.RUNNING);
      held.write(held.record().with(Status.PAUSED));
      try {
        held.lowLevel().pause(id);
      } catch (Throwable failure) {
        try (Undo _ =
            Undo.of(
                new Undo.Step() {
                  @Override
                  public void run() throws IOException {
                    takeBack(container, held, failure);
                  }
                })) {
          throw failure;
        }
      }
    }
  }

  /// Thaws a paused container.
  public void resume(String id) throws IOException {
    Container container = Container.of(caller, id);
    try (HeldContainer held = container.hold()) {
      check(held, Status.PAUSED);
      thaw(held);
      letRun(container, held);
    }
  }

  private static void check(HeldContainer held, Status expected) throws IOException {
    if (held.record().monitor() == null) {
      throw ContainerException.doesNotExist(held.id());
    }
    Status now = held.record().currentStatus();
    if (now != expected) {
      throw new ContainerException(
          FailureKind.WRONG_STATUS,
          "container \"" + held.id() + "\" is " + now.word() + "; expected " + expected.word());
    }
  }

  /// A pause that came too late may have frozen the monitor all the same. If it cannot be thawed,
  /// the record stays. One that was refused has frozen nothing.
  private static void takeBack(Container container, HeldContainer held, Throwable failure)
      throws IOException {
    if (failure instanceof LowLevelException low && low.isOverdue()) {
      held.patient().lowLevel().resume(held.id());
    }
    letRun(container, held);
  }

  /// runc refuses to thaw what is not frozen, as a pause or a resume that was killed may have left
  /// it. The runtime of such a pause may be about to freeze it, so it is waited for. If the monitor
  /// can be frozen after that, that was the reason, and it can be thawed too.
  private static void thaw(HeldContainer held) throws IOException {
    if (tryToThaw(held) == null) {
      return;
    }
    MonitorProcesses.under(held.directory().root()).awaitRuntimes(held.id());
    LowLevelException refusal = tryToThaw(held);
    if (refusal == null) {
      return;
    }
    try {
      held.lowLevel().pause(held.id());
    } catch (LowLevelException e) {
      refusal.addSuppressed(e);
      throw refusal;
    }
    held.lowLevel().resume(held.id());
  }

  /// The refusal, or null where it runs now.
  private static @Nullable LowLevelException tryToThaw(HeldContainer held) throws IOException {
    try {
      held.lowLevel().resume(held.id());
      return null;
    } catch (LowLevelException e) {
      if (e.isOverdue()) {
        throw e;
      }
      return e;
    }
  }

  /// Delivers a request to stop that came while the record said `paused`.
  private static void letRun(Container container, HeldContainer held) throws IOException {
    held.write(held.record().with(Status.RUNNING));
    new PowerButton(container).deliver(held.record());
  }
}
