package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.process.Subreaper;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.oci.Bundle;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// `run ID`: create and start, and unless detached hand the caller a container to wait for.
///
/// For that this process becomes a subreaper, so that the monitor, whose first parent is the
/// low-level runtime, is its child.
public final class RunContainer {
  private final Caller caller;

  public RunContainer(Caller caller) {
    this.caller = caller;
  }

  /// Creates and starts a container that its caller does not wait for. If the start fails, the
  /// container is deleted.
  public void detached(String id, Bundle bundle, MonitorChoice choice, CreateOptions options)
      throws IOException {
    begin(id, bundle, choice, options);
  }

  /// As [#detached], and joins the caller's terminal to the container's if that is to have one and
  /// no console socket was given.
  ///
  /// @param keep do not delete it at the end
  /// @return what the caller must wait for
  public AttachedContainer attached(
      String id, Bundle bundle, MonitorChoice choice, CreateOptions options, boolean keep)
      throws IOException {
    Subreaper.become();
    boolean ownConsole = bundle.spec().process().terminal() && options.consoleSocket() == null;
    @Nullable ForegroundConsole console = ownConsole ? ForegroundConsole.open(caller) : null;
    try {
      begin(id, bundle, choice, console == null ? options : options.with(console));
      return new AttachedContainer(caller, id, keep, console);
    } catch (Throwable t) {
      try (console) {
        throw t;
      }
    }
  }

  private void begin(String id, Bundle bundle, MonitorChoice choice, CreateOptions options)
      throws IOException {
    new CreateContainer(caller).create(id, bundle, choice, options);
    try {
      new StartContainer(caller).start(id);
    } catch (IOException failure) {
      try (Undo _ =
          Undo.of(
              new Undo.Step() {
                @Override
                public void run() throws IOException {
                  new DeleteContainer(caller.patient()).delete(id, true);
                }
              })) {
        throw failure;
      }
    }
  }
}
