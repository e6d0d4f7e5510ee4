package dev.urunj.runtime.lifecycle;

import com.google.gson.JsonObject;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.process.BootId;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.socket.UnixSocket;
import dev.urunj.linux.tap.TapSpec;
import dev.urunj.runtime.boot.MonitorBundle;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.boot.MonitorKernel;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.Timestamps;
import dev.urunj.runtime.host.Timestamps.Moment;
import dev.urunj.runtime.lowlevel.ControlGroups;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.monitor.TapAccess;
import dev.urunj.runtime.network.Announcements;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.Namespace;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.pod.JournalAnnouncements;
import dev.urunj.runtime.pod.PinnedNamespace;
import dev.urunj.runtime.pod.PodGuests;
import dev.urunj.runtime.pod.PodNetwork;
import dev.urunj.runtime.recovery.CleanUp;
import dev.urunj.runtime.recovery.MonitorProcesses;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.Rfc3339;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// `create ID`: everything up to the container's process, which waits for start.
///
/// The order is that of the architecture's table: the record, the namespace and its pin, the TAP,
/// the monitor's bundle, the low-level runtime. What is done outside the state directory is in the
/// journal before it is done. A failure takes everything back; a create that was killed is taken
/// back by the next command on that id.
public final class CreateContainer {

  private final Caller caller;

  public CreateContainer(Caller caller) {
    this.caller = caller;
  }

  /// Creates a container.
  ///
  /// @param id validated
  /// @param choice what is to run, decided from bundle and configuration
  public void create(String id, Bundle bundle, MonitorChoice choice, CreateOptions options)
      throws IOException {
    options.check(bundle.spec().process());
    StateDirectory directory = StateDirectory.of(caller.root(), id);
    Timestamps timestamps = new Timestamps(choice.timestamps(), id, caller);
    ContainerRecord record =
        ContainerRecord.begun(
                id,
                bundle.directory(),
                Rfc3339.format(caller.node().clock().instant()),
                annotations(bundle))
            .with(choice.image(), choice.monitor())
            .withTimestamps(choice.timestamps());
    undoCutOff(directory);
    try (StateDirectory.Lock lock = directory.claim(record)) {
      if (lock == null) {
        throw taken(directory);
      }
      timestamps.markInvoked(Moment.CREATE_INVOKED);
      timestamps.mark(Moment.CREATE_CLAIMED);
      timestamps.mark(Moment.CREATE_RECORDED);
      try {
        new Attempt(new Request(directory, bundle, choice, options, timestamps), record).run();
      } catch (Throwable failure) {
        takeBack(directory, record, failure);
        throw failure;
      }
    }
  }

  private static JsonObject annotations(Bundle bundle) throws IOException {
    JsonObject annotations = new JsonObject();
    for (Map.Entry<String, String> entry : bundle.spec().annotations().entrySet()) {
      annotations.addProperty(entry.getKey(), entry.getValue());
    }
    if (bundle.spec().hasHooks(MonitorBundle.START_CONTAINER)) {
      annotations.addProperty("dev.urunj.hooks.omitted", MonitorBundle.START_CONTAINER);
    }
    return annotations;
  }

  private record Request(
      StateDirectory directory,
      Bundle bundle,
      MonitorChoice choice,
      CreateOptions options,
      Timestamps timestamps) {}

  private void takeBack(StateDirectory directory, ContainerRecord begun, Throwable failure) {
    try {
      ContainerRecord last = directory.record();
      CleanUp.everything(directory, last == null ? begun : last, caller);
    } catch (IOException undo) {
      failure.addSuppressed(undo);
    }
  }

  /// Undoes a create of the same id that was killed half-way. Whatever else has the id keeps it.
  private void undoCutOff(StateDirectory directory) throws IOException {
    try (StateDirectory.Lock lock = directory.tryLock()) {
      ContainerRecord found = lock == null ? null : directory.record();
      if (found != null && found.status() == Status.CREATING) {
        caller.log().warn("undoing a create of " + found.id() + " that was interrupted");
        CleanUp.everything(directory, found, caller);
      }
    }
  }

  private static ContainerException taken(StateDirectory directory) {
    return new ContainerException(
        FailureKind.EXISTS, "container with id exists: " + directory.path().getFileName());
  }

  /// One run of create in a claimed directory.
  private final class Attempt {
    private final StateDirectory directory;
    private final Bundle bundle;
    private final MonitorChoice choice;
    private final CreateOptions options;
    private final Timestamps timestamps;
    private ContainerRecord record;

    Attempt(Request request, ContainerRecord record) {
      this.directory = request.directory();
      this.bundle = request.bundle();
      this.choice = request.choice();
      this.options = request.options();
      this.timestamps = request.timestamps();
      this.record = record;
    }

    void run() throws IOException {
      // Uses what was checked, because the file may have changed since.
      Files.write(
          directory.config(),
          Json.compact(bundle.spec().json()).getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE_NEW);
      ProcessSpec process = bundle.spec().process();
      timestamps.mark(Moment.NAMESPACE_WANTED);
      try (NetworkNamespace namespace = openNamespace();
          Fd tap = openTap(namespace, process)) {
        timestamps.mark(Moment.TAP_OPENED);
        writeBundle();
        timestamps.mark(Moment.BUNDLE_WRITTEN);
        createContainer(tap, process);
        timestamps.mark(Moment.RUNTIME_CREATED);
      }
      ContainerRecord created = record.with(Status.CREATED).with(identity());
      timestamps.mark(Moment.PROCESS_IDENTIFIED);
      directory.write(created);
      timestamps.mark(Moment.CREATED_RECORDED);
      writePidFile(created);
      timestamps.mark(Moment.CREATE_DONE);
    }

    private NetworkNamespace openNamespace() throws IOException {
      String given = networkPath();
      NetworkNamespace namespace =
          given == null ? NetworkNamespace.create() : caller.node().guard().openGiven(given);
      try {
        record =
            record.with(
                new NetworkRecord(
                    given, namespace.identity(), BootId.read(), null, null, null, choice.wiring()));
        directory.write(record);
        directory.journal().append(new Act.Pin());
        namespace.pin(directory.pin());
        timestamps.mark(Moment.NAMESPACE_PINNED);
        return namespace;
      } catch (Throwable t) {
        try (namespace) {
          throw t;
        }
      }
    }

    /// The path of the specification's network namespace.
    ///
    /// @return null when the specification leaves the network to the runtime or wants the node's,
    ///   which a guest cannot share
    private @Nullable String networkPath() throws IOException {
      for (Namespace namespace : bundle.spec().namespaces()) {
        if (namespace.type().equals("network")) {
          return namespace.path();
        }
      }
      caller
          .log()
          .warn(
              "config.json: linux.namespaces: names no network namespace; a guest cannot share the"
                  + " node's network and gets a namespace of its own");
      return null;
    }

    /// The descriptor that the monitor inherits.
    private Fd openTap(NetworkNamespace namespace, ProcessSpec process) throws IOException {
      if (choice.needs().tap() == TapAccess.NONE) {
        return nothing();
      }
      try (FileLock _ = FileLock.exclusive(namespace.fd(), PinnedNamespace.LOCK_TIMEOUT)) {
        return namespace.call(
            new Callable<Fd>() {
              @Override
              public Fd call() throws IOException {
                return openTapInNamespace(process);
              }
            });
      }
    }

    private Fd openTapInNamespace(ProcessSpec process) throws IOException {
      try (PodNetwork network = PodNetwork.open()) {
        if (networkOf(record).givenPath() == null) {
          network.bringLoopbackUp();
        }
        network.reconcile(null, new PodGuests(caller, directory));
        TapAccess access = choice.needs().tap();
        TapSpec wanted =
            new TapSpec(
                network.freeTapName(),
                (int) process.uid(),
                (int) process.gid(),
                false,
                access == TapAccess.DESCRIPTOR);
        Announcements journal = new JournalAnnouncements(directory.journal(), new RecordedTap());
        if (access == TapAccess.NAME) {
          network.makeTap(wanted, journal);
          return nothing();
        }
        return network.openTap(wanted, journal).release();
      }
    }

    /// In place of a descriptor that the monitor does not use, so that all others keep their
    /// numbers.
    private static Fd nothing() throws IOException {
      return OpenFile.readWrite(Path.of("/dev/null"));
    }

    private final class RecordedTap implements JournalAnnouncements.TapNamed {
      @Override
      public void accept(String name) throws IOException {
        record = record.with(networkOf(record).withTap(name));
        directory.write(record);
      }
    }

    private void writeBundle() throws IOException {
      Files.write(
          directory.launch(),
          "echo urunj: the container was not started by urunj >&2; exit 1\n"
              .getBytes(StandardCharsets.UTF_8));
      Files.setPosixFilePermissions(
          directory.launch(), PosixFilePermissions.fromString("rw-r--r--"));
      Path kernel =
          MonitorKernel.readable(
              choice.image().kernel(), bundle.spec().process(), directory.kernel());
      new MonitorBundle(bundle.spec(), kernel, choice.monitor(), choice.needs())
          .write(
              directory.bundle(),
              directory.pin(),
              directory.launch(),
              MonitorProcesses.tag(directory.path()));
    }

    private void createContainer(Fd tap, ProcessSpec process) throws IOException {
      try (Fd control = openControl();
          Fd log = OpenFile.appendNew(directory.monitorLog(), 0600);
          Fd initrd = openInitrd(process);
          ConsoleListener console =
              options.console() == null ? null : ConsoleListener.in(directory.path())) {
        announceControlGroups();
        directory.journal().append(new Act.Container());
        LowLevelRuntime.Creation creation =
            new LowLevelRuntime.Creation(
                directory.bundle(),
                pidPath(),
                console == null ? options.consoleSocket() : console.path(),
                options.noPivot(),
                options.noNewKeyring(),
                List.of(tap, control, log, initrd),
                log);
        MonitorRecord monitor = choice.monitor();
        try {
          lowLevel(monitor).create(record.id(), creation);
        } catch (LowLevelException refusal) {
          createUnderAnother(monitor, creation, refusal);
        }
        if (console != null && options.console() != null) {
          options.console().take(console.terminal());
        }
      }
    }

    private Fd openControl() throws IOException {
      return choice.needs().hasControlSocket()
          ? UnixSocket.listen(directory.path(), StateDirectory.socketName(), 8)
          : nothing();
    }

    /// Tries the other low-level runtime once, and only if we chose the first one. If both refuse,
    /// the container is at fault. If only the first refuses, the node is, so we do not try that one
    /// again in this boot.
    private void createUnderAnother(
        MonitorRecord monitor, LowLevelRuntime.Creation creation, LowLevelException refusal)
        throws IOException {
      Path other = choice.otherLowLevel();
      if (other == null || !refusal.mayBeEnvironment()) {
        throw refusal;
      }
      CleanUp.lowLevel(directory, record, caller);
      Files.deleteIfExists(pidPath());
      String note = refusal.getMessage() + "; " + other + " runs it";
      MonitorRecord second = monitor.under(other, note);
      record = record.with(second);
      directory.write(record);
      try {
        lowLevel(second).create(record.id(), creation);
      } catch (LowLevelException e) {
        e.addSuppressed(refusal);
        throw e;
      }
      caller.node().distrust(monitor.lowLevel());
      caller
          .log()
          .warn(
              "container \""
                  + record.id()
                  + "\": "
                  + note
                  + ", and all others until the next boot of the node");
    }

    private LowLevelRuntime lowLevel(MonitorRecord monitor) {
      return Container.in(directory, caller).lowLevel(monitor);
    }

    /// With systemd's driver the groups are a unit of systemd, which ends with its last process.
    private void announceControlGroups() throws IOException {
      if (choice.monitor().systemdCgroup()) {
        return;
      }
      String given = bundle.spec().cgroupsPath().orElse("");
      List<Path> absent = ControlGroups.seenBy(caller.process()).absent(given, record.id());
      if (!absent.isEmpty()) {
        directory.journal().append(new Act.ControlGroups(absent));
      }
    }

    /// The file for the initrd has no name, so that it is gone with the monitor. It lies on a disk
    /// if there is one, because the state directory is memory.
    private Fd openInitrd(ProcessSpec process) throws IOException {
      Fd initrd = OpenFile.unnamed(scratch());
      try {
        FileIo.chown(initrd, (int) process.uid(), (int) process.gid());
        return initrd;
      } catch (Throwable t) {
        try (initrd) {
          throw t;
        }
      }
    }

    private Path scratch() {
      try {
        return caller.node().scratch();
      } catch (IOException _) {
        return directory.path(); // on a node with a read-only /var the file takes memory
      }
    }

    private Path pidPath() {
      return directory.path().resolve("pid");
    }

    private ProcessIdentity identity() throws IOException {
      String text = Files.readString(pidPath()).strip();
      ProcessIdentity identity = ProcessIdentity.of(Integer.parseInt(text));
      if (identity == null) {
        throw new ContainerException(
            FailureKind.LOW_LEVEL_SAID,
            "container \"" + record.id() + "\": its process " + text + " died before start");
      }
      return identity;
    }

    private void writePidFile(ContainerRecord created) throws IOException {
      Path file = options.pidFile();
      ProcessIdentity process = created.process();
      if (file == null || process == null) {
        return;
      }
      Path next = file.resolveSibling("." + file.getFileName());
      Files.write(next, Integer.toString(process.pid()).getBytes(StandardCharsets.US_ASCII));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static NetworkRecord networkOf(ContainerRecord record) {
    NetworkRecord network = record.network();
    if (network == null) {
      throw new IllegalStateException("the network is recorded before it is used");
    }
    return network;
  }
}
