package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.undo.Undo;
import dev.urunj.runtime.boot.GuestInputs;
import dev.urunj.runtime.boot.GuestNetworks;
import dev.urunj.runtime.boot.HostFiles;
import dev.urunj.runtime.boot.MonitorBundle;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.GuestInput;
import dev.urunj.runtime.guest.GuestNetwork;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.Recorded;
import dev.urunj.runtime.host.Timestamps;
import dev.urunj.runtime.host.Timestamps.Moment;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.Launch;
import dev.urunj.runtime.monitor.LaunchFile;
import dev.urunj.runtime.monitor.MonitorLog;
import dev.urunj.runtime.monitor.MonitorSettings;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.network.PodPolicy;
import dev.urunj.runtime.network.Preparation;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.pod.NamespaceLock;
import dev.urunj.runtime.pod.PinnedNamespace;
import dev.urunj.runtime.pod.PodWiring;
import dev.urunj.runtime.recovery.CleanUp;
import dev.urunj.runtime.recovery.MonitorEnd;
import dev.urunj.runtime.registry.Registry;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/// `start ID`: reads the pod's network, plans the boot, joins the TAP to the pod and lets the
/// monitor go. Success means that the monitor's own program runs and has said so on its control
/// socket. Otherwise its own words are the error and the pod is as before.
public final class StartContainer {
  /// Below the two minutes that a kubelet waits. A monitor that dies is noticed at once; this is
  /// for one that lives and does not get to answer, as on a node that starts fifty at once.
  private static final Duration MONITOR_TIMEOUT = Duration.ofSeconds(90);

  private static final String NO_DEVICE = "the kernel has no network device";

  private final Caller caller;

  public StartContainer(Caller caller) {
    this.caller = caller;
  }

  /// Starts a container. The host's files are copied first, without any lock: see [HostFiles].
  ///
  /// @throws ContainerException when no container of ours has that id, or it is not `created`
  public void start(String id) throws IOException {
    Container container = Container.of(caller, id);
    ContainerRecord found;
    try (HeldContainer held = container.hold()) {
      found = held.record();
      checkStartable(found);
    }
    Timestamps timestamps = new Timestamps(found.timestamps(), id, caller);
    timestamps.markInvoked(Moment.START_INVOKED);
    timestamps.mark(Moment.START_CLAIMED);
    try (Preparation preparation = PodWiring.begin(found, caller.node().sideThreads());
        HostFiles files = HostFiles.of(caller, container.directory(), found)) {
      try (HeldContainer held = container.hold()) {
        checkStartable(held, found); // a start that had the files may have succeeded
      }
      HostFiles.Copied copied = copied(files, container, found, timestamps);
      try (HeldContainer held = container.hold()) {
        checkStartable(held, found);
        Attempt attempt = new Attempt(held, timestamps);
        try {
          attempt.run(files, copied, preparation);
        } catch (Throwable failure) {
          try (Undo _ =
              Undo.of(
                  new Undo.Step() {
                    @Override
                    public void run() throws IOException {
                      attempt.takeBack();
                    }
                  })) {
            throw failure;
          }
        }
      }
    }
  }

  private HostFiles.Copied copied(
      HostFiles files, Container container, ContainerRecord found, Timestamps timestamps)
      throws IOException {
    try {
      return files.copy(HostFiles.STALLED);
    } catch (Throwable failure) {
      try (Undo _ =
          Undo.of(
              new Undo.Step() {
                @Override
                public void run() throws IOException {
                  takeBack(container, found, timestamps);
                }
              })) {
        throw failure;
      }
    }
  }

  /// Ends a container whose files could not be copied, unless another command has changed it.
  private void takeBack(Container container, ContainerRecord found, Timestamps timestamps)
      throws IOException {
    try (HeldContainer held = container.patient().holdIfThere()) {
      if (held != null && held.record().status() == Status.CREATED && found.isSame(held.record())) {
        new Attempt(held, timestamps).takeBack();
      }
    }
  }

  /// That it still is the container that was found, and can still be started.
  private static void checkStartable(HeldContainer held, ContainerRecord found) throws IOException {
    checkStartable(held.record());
    if (!found.isSame(held.record())) {
      throw new ContainerException(
          FailureKind.WRONG_STATUS,
          "cannot start container " + found.id() + ": it is another by now");
    }
  }

  private static void checkStartable(ContainerRecord record) throws IOException {
    switch (record.currentStatus()) {
      case CREATED -> {}
      case CREATING ->
          throw new ContainerException(
              FailureKind.WRONG_STATUS,
              "cannot start container " + record.id() + ": its create was cut off; delete it");
      case RUNNING, PAUSED ->
          throw new ContainerException(
              FailureKind.WRONG_STATUS, "cannot start an already running container");
      case STOPPED ->
          throw new ContainerException(
              FailureKind.WRONG_STATUS, "cannot start a container that has stopped");
    }
  }

  /// One run of start on a container in state `created`.
  private final class Attempt {
    private final HeldContainer held;
    private final String id;
    private final ImageRecord image;
    private final MonitorRecord monitor;
    private final ProcessIdentity process;
    private final Timestamps timestamps;

    Attempt(HeldContainer held, Timestamps timestamps) throws IOException {
      ContainerRecord record = held.record();
      this.held = held;
      this.id = record.id();
      this.image = Recorded.part(record.image(), id);
      this.monitor = Recorded.part(record.monitor(), id);
      this.process = Recorded.part(record.process(), id);
      this.timestamps = timestamps;
    }

    void run(HostFiles files, HostFiles.Copied copied, Preparation preparation) throws IOException {
      Path pin = held.directory().pin();
      try (NetworkNamespace namespace = PinnedNamespace.open(pin, network(), caller)) {
        if (namespace == null) {
          throw new ContainerException(
              FailureKind.NODE_LACKS,
              "cannot start container " + id + ": its network namespace is gone");
        }
        timestamps.mark(Moment.NAMESPACE_OPENED);
        try (NamespaceLock _ = NamespaceLock.await(namespace, caller)) {
          timestamps.mark(Moment.NAMESPACE_LOCKED);
          prepareOrEnd(namespace, files, copied, preparation);
        }
      }
      launch();
      held.write(held.record().with(Status.RUNNING));
    }

    private NetworkRecord network() throws IOException {
      return Recorded.part(held.record().network(), id);
    }

    /// Ends a monitor that failed while this start still holds the namespace's lock. Otherwise two
    /// concurrent starts would each find the other's TAP in use, and both would fail.
    private void prepareOrEnd(
        NetworkNamespace namespace,
        HostFiles files,
        HostFiles.Copied copied,
        Preparation preparation)
        throws IOException {
      try {
        prepare(namespace, files, copied, preparation);
      } catch (Throwable failure) {
        try (Undo _ =
            Undo.of(
                new Undo.Step() {
                  @Override
                  public void run() throws IOException {
                    endProcess();
                  }
                })) {
          throw failure;
        }
      }
    }

    private void prepare(
        NetworkNamespace namespace,
        HostFiles files,
        HostFiles.Copied copied,
        Preparation preparation)
        throws IOException {
      ResolvConf resolver = copied.resolver();
      PodWiring.Joined joined = joined(namespace, resolver, preparation);
      PodInterface pod = joined.pod();
      GuestNetwork guestNetwork =
          pod == null ? null : GuestNetworks.of(pod, joined.policy(), resolver, joined.aliases());
      GuestInput input = copied.inputs().of(copied.mounts(), image, monitor, guestNetwork);
      BootPlan plan = Registry.guest(image.guest()).plan(input, GuestInputs.machine(monitor));
      List<String> notes = files.add(copied, plan);
      writeLaunch(plan, copied);
      timestamps.mark(Moment.POD_JOINED);
      held.write(held.record().with(joined.network()).withNotes(notes));
      timestamps.mark(Moment.START_RECORDED);
    }

    /// A machine without a network interface leaves the pod's network alone.
    private PodWiring.Joined joined(
        NetworkNamespace namespace, ResolvConf resolver, Preparation preparation)
        throws IOException {
      if (TapAccess.of(monitor.tap()) == TapAccess.NONE) {
        caller.log().info("container " + id + " starts without network: " + NO_DEVICE);
        return new PodWiring.Joined(null, null, network().without(NO_DEVICE), PodPolicy.NONE);
      }
      PodWiring wiring = new PodWiring(caller, held.directory(), held.record());
      return namespace.call(
          new Callable<PodWiring.Joined>() {
            @Override
            public PodWiring.Joined call() throws IOException {
              return wiring.join(resolver, preparation, timestamps);
            }
          });
    }

    private void writeLaunch(BootPlan plan, HostFiles.Copied copied) throws IOException {
      String tap = network().tap();
      Launch launch =
          Registry.monitor(monitor.kind())
              .launch(
                  plan,
                  new MonitorSettings(
                      monitor.binary(),
                      monitor.own(),
                      MonitorBundle.KERNEL,
                      MonitorBundle.INITRD,
                      LaunchFile.DIRECTORY,
                      Accelerator.of(monitor.accelerator()),
                      GuestInputs.machine(monitor).architecture(),
                      true,
                      copied.streams().output(),
                      tap == null ? "" : tap));
      LaunchFiles.write(held.directory(), launch, copied.inputs().spec().process());
    }

    private void launch() throws IOException {
      Deadline deadline = caller.within(MONITOR_TIMEOUT);
      try (HostedMonitor started =
          new HostedMonitor(held.directory(), held.record(), MONITOR_TIMEOUT)) {
        timestamps.mark(Moment.MONITOR_LET_GO);
        held.lowLevel().start(id);
        started.takeTap(deadline);
        try (Control control = started.control(deadline)) {
          control.awaitRunning();
        }
      } catch (IOException e) {
        boolean hung = e instanceof LowLevelException low && low.isOverdue();
        String words = hung ? "" : MonitorLog.tail(held.directory().monitorLog());
        if (words.isEmpty() && hasRunAndEnded(e)) {
          CleanUp.network(held); // a TAP that was not seen to be held
          return;
        }
        throw new ContainerException(
            hung ? FailureKind.TIMED_OUT : FailureKind.MONITOR_SAID,
            "cannot start container " + id + ": " + (words.isEmpty() ? reason(e) : words),
            e);
      }
    }

    /// A unikernel may do its work in a millisecond, and be gone before this looks. A monitor that
    /// cannot run its guest says so, and one with a control socket answers there first.
    private boolean hasRunAndEnded(IOException failure) throws IOException {
      return !(failure instanceof LowLevelException)
          && !monitor.hasControlSocket()
          && !process.isAlive()
          && held.lowLevel().lastError().isEmpty();
    }

    /// In the words of the low-level runtime where it has any: what comes by the control socket of
    /// a process that never became a monitor says nothing.
    private String reason(IOException failure) throws IOException {
      if (failure instanceof LowLevelException || process.isAlive()) {
        return String.valueOf(failure.getMessage());
      }
      String words = held.lowLevel().lastError();
      return "its process ended before it was a monitor" + (words.isEmpty() ? "" : ": " + words);
    }

    /// After a failure the monitor is dead and the pod as before; the container is `stopped` and
    /// waits for delete.
    void takeBack() throws IOException {
      endProcess();
      CleanUp.network(held); // first: it needs no room on the disk
      held.write(held.record().with(Status.STOPPED));
    }

    private void endProcess() throws IOException {
      try (Pidfd pidfd = Pidfd.open(process)) {
        if (pidfd != null) {
          MonitorEnd.signal(pidfd, Signals.KILL);
          pidfd.awaitExit(MonitorEnd.DEATH_TIMEOUT);
        }
      }
    }
  }
}
