package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ExitRecord;
import dev.urunj.runtime.state.Rfc3339;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A running container whose caller waits for its end, as of `run` without `--detach`.
///
/// The monitor is a child of this process, which [RunContainer] has made a subreaper.
public final class AttachedContainer {
  private final Caller caller;
  private final String id;
  private final boolean keep;
  private final @Nullable ForegroundConsole console;

  AttachedContainer(Caller caller, String id, boolean keep, @Nullable ForegroundConsole console) {
    this.caller = caller;
    this.id = id;
    this.keep = keep;
    this.console = console;
  }

  /// Waits without limit for the monitor's end, records how it ended and when, gives the caller's
  /// terminal back, and deletes the container unless the caller keeps it. Blocks the thread, so do
  /// not call it on a virtual one.
  ///
  /// @return the monitor's exit status as a shell has it
  public int awaitEnd() throws IOException {
    try (ForegroundConsole _ = console) {
      return reap();
    } finally {
      if (!keep) {
        new DeleteContainer(caller.patient()).delete(id, true);
      }
    }
  }

  private int reap() throws IOException {
    Container container = Container.of(caller, id);
    ContainerRecord record = container.record();
    ProcessIdentity process = record.process();
    if (process == null) {
      throw ContainerException.doesNotExist(id);
    }
    int status;
    try (Pidfd pidfd = Pidfd.open(process.pid())) {
      status = pidfd.reap().shellCode();
    }
    note(
        new ExitRecord(status, Rfc3339.format(caller.node().clock().instant())), container, record);
    return status;
  }

  /// The status in the record is left as it is: whether the monitor lives is always looked at, and
  /// `stopped` would say that its network is taken back. The caller gets its answer even if this
  /// fails, because the exit status can be taken only once.
  private void note(ExitRecord exit, Container container, ContainerRecord waitedFor) {
    try (HeldContainer held = container.patient().holdIfThere()) {
      if (held != null && waitedFor.isSame(held.record())) {
        held.write(held.record().with(exit));
      }
    } catch (IOException e) {
      caller.log().warn("the exit status was not recorded: " + e.getMessage());
    }
  }

  /// Asks the guest to power down, as for a signal that asks the caller's process to end. Another
  /// thread may wait for the end meanwhile.
  ///
  /// @return whether the request was passed on; if not, the log says why
  public boolean askToStop() {
    try {
      new KillContainer(caller).kill(id, Signals.TERM);
      return true;
    } catch (IOException e) {
      caller.log().warn("the request to stop was not passed on: " + e.getMessage());
      return false;
    }
  }
}
