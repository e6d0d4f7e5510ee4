package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.process.Subreaper;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.Host;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/// `run ID`: create and start, and unless detached wait for the monitor, delete and hand on its
/// exit status.
///
/// This process becomes a subreaper, so that the monitor, whose first parent is the low-level
/// runtime, is its child. Of signals it gets, those to end are passed to the guest as a request to
/// power down.
public final class RunContainer {
  private static final int FAILURE = 1;

  private final Host host;

  public RunContainer(Host host) {
    this.host = host;
  }

  /// Flags of the command.
  ///
  /// @param detach return once it runs
  /// @param keep do not delete it at the end
  public record Options(CreateOptions create, boolean detach, boolean keep) {}

  /// Runs a container.
  ///
  /// @return the monitor's exit status as a shell has it, or 0 when detached
  public int run(String id, Bundle bundle, MonitorChoice choice, Options options)
      throws IOException {
    if (options.detach()) {
      begin(id, bundle, choice, options);
      return 0;
    }
    Subreaper.become();
    boolean ownConsole =
        bundle.spec().process().terminal() && options.create().consoleSocket() == null;
    if (!ownConsole) {
      return inForeground(id, bundle, choice, options);
    }
    try (ForegroundConsole console = ForegroundConsole.open()) {
      Options joined =
          new Options(options.create().with(console), options.detach(), options.keep());
      return inForeground(id, bundle, choice, joined);
    }
  }

  private int inForeground(String id, Bundle bundle, MonitorChoice choice, Options options)
      throws IOException {
    begin(id, bundle, choice, options);
    return awaitEnd(id, options);
  }

  /// Create and start.
  private void begin(String id, Bundle bundle, MonitorChoice choice, Options options)
      throws IOException {
    new CreateContainer(host).create(id, bundle, choice, options.create());
    try {
      new StartContainer(host).start(id);
    } catch (IOException failure) {
      try {
        new DeleteContainer(host).delete(id, true);
      } catch (IOException undo) {
        failure.addSuppressed(undo);
      }
      throw failure;
    }
  }

  private int awaitEnd(String id, Options options) throws IOException {
    ContainerRecord record = StateDirectory.of(host.root(), id).record();
    ProcessIdentity process = record == null ? null : record.process();
    if (process == null) {
      throw ContainerException.doesNotExist(id);
    }
    CountDownLatch ended = new CountDownLatch(1);
    int[] code = {FAILURE};
    Thread onSignal = new Thread(() -> stopAndLeave(id, ended, code), "urunj-signal");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try (Pidfd pidfd = Pidfd.open(process.pid())) {
      code[0] = pidfd.reap().shellCode();
    } finally {
      if (options.create().console() != null) {
        options.create().console().close(); // before the thread below ends this process
      }
      if (!options.keep()) {
        new DeleteContainer(host).delete(id, true);
      }
      ended.countDown();
    }
    return code[0];
  }

  /// Runs when a signal ends the JVM: asks the guest to power down, waits until the main thread has
  /// seen it end, and leaves with its status.
  private void stopAndLeave(String id, CountDownLatch ended, int[] code) {
    if (ended.getCount() == 0) {
      return; // the JVM ends because the container has
    }
    try {
      new KillContainer(host).kill(id, Signals.TERM);
      ended.await();
    } catch (IOException e) {
      host.log().warn("the request to stop was not passed on: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(code[0]);
  }
}
