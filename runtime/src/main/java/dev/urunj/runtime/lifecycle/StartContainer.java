package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.guest.Architecture;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.GuestNetwork;
import dev.urunj.runtime.guest.Initrd;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.lifecycle.Timestamps.Moment;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.monitor.Accelerator;
import dev.urunj.runtime.monitor.LaunchScript;
import dev.urunj.runtime.monitor.MonitorCommand;
import dev.urunj.runtime.monitor.MonitorDescriptors;
import dev.urunj.runtime.monitor.MonitorSettings;
import dev.urunj.runtime.monitor.Qmp;
import dev.urunj.runtime.network.PodInterface;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `start ID`: reads the pod's network, plans the boot, joins the TAP to the pod and lets the
/// monitor go. Success means that the monitor's own program runs and has said so on its control
/// socket. Otherwise its own words are the error and the pod is as before.
public final class StartContainer {
  /// Below the two minutes that a kubelet waits. A monitor that dies is noticed at once; this is
  /// for one that lives and does not get to answer, as on a node that starts fifty at once.
  private static final Duration MONITOR_TIMEOUT = Duration.ofSeconds(90);

  private final Host host;

  public StartContainer(Host host) {
    this.host = host;
  }

  /// Starts a container.
  ///
  /// @throws ContainerException when no container of ours has that id, or it is not `created`
  public void start(String id) throws IOException {
    StateDirectory directory = StateDirectory.of(host.root(), id);
    try (StateDirectory.Lock lock = directory.lock()) {
      ContainerRecord record = lock == null ? null : directory.record();
      if (record == null) {
        throw ContainerException.doesNotExist(id);
      }
      checkStartable(record);
      Attempt attempt = new Attempt(directory, record);
      try {
        attempt.run();
      } catch (Throwable failure) {
        attempt.takeBack(failure);
        throw failure;
      }
    }
  }

  private static void checkStartable(ContainerRecord record) throws IOException {
    switch (record.currentStatus()) {
      case CREATED -> {}
      case CREATING ->
          throw new ContainerException(
              "cannot start container " + record.id() + ": its create was cut off; delete it");
      case RUNNING, PAUSED ->
          throw new ContainerException("cannot start an already running container");
      case STOPPED -> throw new ContainerException("cannot start a container that has stopped");
    }
  }

  private static <T> T recorded(@Nullable T part, String id) throws ContainerException {
    if (part == null) {
      throw new ContainerException("container \"" + id + "\": its record is incomplete; delete it");
    }
    return part;
  }

  /// One run of start on a container in state `created`.
  private final class Attempt {
    private final StateDirectory directory;
    private final String id;
    private final ImageRecord image;
    private final MonitorRecord monitor;
    private final ProcessIdentity process;
    private final Timestamps timestamps;
    private ContainerRecord record;

    Attempt(StateDirectory directory, ContainerRecord record) throws IOException {
      this.directory = directory;
      this.id = record.id();
      this.image = recorded(record.image(), id);
      this.monitor = recorded(record.monitor(), id);
      this.process = recorded(record.process(), id);
      this.record = record;
      this.timestamps = new Timestamps(record.timestamps(), id, host);
    }

    void run() throws IOException {
      timestamps.markInvoked(Moment.START_INVOKED);
      timestamps.mark(Moment.START_CLAIMED);
      NetworkRecord network = recorded(record.network(), id);
      try (NetworkNamespace namespace =
          PinnedNamespace.open(directory.pin(), network, host.log())) {
        if (namespace == null) {
          throw new ContainerException(
              "cannot start container " + id + ": its network namespace is gone");
        }
        timestamps.mark(Moment.NAMESPACE_OPENED);
        try (FileLock _ = FileLock.exclusive(namespace.fd(), CleanUp.NAMESPACE_LOCK_TIMEOUT)) {
          timestamps.mark(Moment.NAMESPACE_LOCKED);
          prepareOrEnd(namespace);
        }
      }
      launch();
      directory.write(record.with(Status.RUNNING));
    }

    /// Whoever fails goes before the namespace is another's turn: of two who start at once both
    /// would see the other's TAP else.
    private void prepareOrEnd(NetworkNamespace namespace) throws IOException {
      try {
        prepare(namespace);
      } catch (Throwable failure) {
        try {
          endProcess();
        } catch (IOException undo) {
          failure.addSuppressed(undo);
        }
        throw failure;
      }
    }

    private void prepare(NetworkNamespace namespace) throws IOException {
      Spec spec = new Spec(Json.read(directory.config(), Bundle.CONFIG_LIMIT), directory.config());
      ResolvConf resolver = Resolver.of(spec, record.bundle());
      PodWiring wiring = new PodWiring(host, directory, record);
      PodWiring.Joined joined =
          namespace.call(() -> wiring.join(resolver, () -> timestamps.mark(Moment.POD_READ)));
      record = record.with(joined.network());
      PodInterface pod = joined.pod();
      GuestNetwork guestNetwork =
          pod == null ? null : GuestNetworks.of(pod, joined.policy(), resolver, joined.aliases());
      GuestInputs inputs = new GuestInputs(spec, GuestInputs.hostname(spec, process));
      BootPlan plan =
          Guests.of(image.guest()).plan(inputs.of(record.bundle(), image, monitor, guestNetwork));
      for (String note : plan.notes()) {
        host.log().warn("container " + id + ": " + note);
      }
      writeInitrd(plan);
      writeLaunch(plan);
      timestamps.mark(Moment.POD_JOINED);
      directory.write(record);
      timestamps.mark(Moment.START_RECORDED);
    }

    /// The file without a name, through the process that holds it.
    private void writeInitrd(BootPlan plan) throws IOException {
      if (!plan.hasInitrd()) {
        return;
      }
      Path file = Path.of("/proc/" + process.pid() + "/fd/" + MonitorDescriptors.INITRD);
      try (Fd initrd = OpenFile.readWrite(file)) {
        if (!process.isAlive()) {
          throw new ContainerException("container \"" + id + "\": its process died before start");
        }
        FileIo.truncate(initrd, 0);
        try (OutputStream out = new BufferedOutputStream(FileIo.outputStream(initrd), 1 << 16)) {
          for (String note :
              Initrd.write(out, plan.imageInitrd(), plan.files(), plan.fileLimitBytes())) {
            host.log().warn("container " + id + ": " + note);
          }
        }
      }
    }

    private void writeLaunch(BootPlan plan) throws IOException {
      MonitorCommand command =
          Monitors.of(monitor.kind())
              .command(
                  plan,
                  new MonitorSettings(
                      monitor.binary(),
                      monitor.dataDirectories(),
                      MonitorBundle.KERNEL,
                      MonitorBundle.INITRD,
                      Accelerator.valueOf(monitor.accelerator().toUpperCase(Locale.ROOT)),
                      Architecture.of(System.getProperty("os.arch")),
                      true));
      Files.write(directory.launch(), LaunchScript.text(command));
    }

    private void launch() throws IOException {
      long deadline = System.nanoTime() + MONITOR_TIMEOUT.toNanos();
      try (ControlSocket socket = ControlSocket.queue(directory, MONITOR_TIMEOUT)) {
        timestamps.mark(Moment.MONITOR_LET_GO);
        lowLevel().start(id);
        try (Qmp qmp = Qmp.connect(socket, deadline)) {
          String status = qmp.status();
          if (!status.equals("running")) {
            throw new IOException("the machine is " + status);
          }
        }
      } catch (IOException e) {
        String words = MonitorLog.tail(directory.monitorLog());
        throw words.isEmpty()
            ? new ContainerException("cannot start container " + id + ": " + e.getMessage(), e)
            : new ContainerException("cannot start container " + id + ": " + words, e);
      }
    }

    private LowLevelRuntime lowLevel() {
      return new LowLevelRuntime(
          monitor.lowLevel(), directory.lowLevelRoot(), monitor.systemdCgroup());
    }

    /// After a failure the monitor is dead and the pod as before; the container is `stopped` and
    /// waits for delete.
    void takeBack(Throwable failure) {
      try {
        endProcess();
        CleanUp.network(directory, record, host.log()); // first: it needs no room on the disk
        directory.write(record.with(Status.STOPPED));
      } catch (IOException undo) {
        failure.addSuppressed(undo);
      }
    }

    private void endProcess() throws IOException {
      try (Pidfd pidfd = Pidfd.open(process)) {
        if (pidfd != null) {
          KillContainer.signal(pidfd, Signals.KILL);
          pidfd.awaitExit(KillContainer.DEATH_TIMEOUT);
        }
      }
    }
  }
}
