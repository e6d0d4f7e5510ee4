package dev.urunj.runtime.lifecycle;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.socket.UnixSocket;
import dev.urunj.runtime.boot.MonitorChoice;
import dev.urunj.runtime.container.HeldContainer;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lowlevel.ControlGroups;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.lowlevel.LowLevelRuntime;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.recovery.CleanUp;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The monitor's container of a container that is being created: the low-level runtime makes it,
/// and its process waits for start. What is done outside of the state directory is in the journal
/// before it is done.
final class WaitingMonitor {
  private final HeldContainer held;
  private final Caller caller;
  private final Spec spec;
  private final MonitorChoice choice;
  private final CreateOptions options;

  WaitingMonitor(HeldContainer held, Spec spec, MonitorChoice choice, CreateOptions options) {
    this.held = held;
    this.caller = held.caller();
    this.spec = spec;
    this.choice = choice;
    this.options = options;
  }

  /// Lets the low-level runtime make it, with the descriptors that the monitor inherits.
  ///
  /// @param tap of the TAP
  void create(Fd tap) throws IOException {
    try (Fd control = openControl();
        Fd log = OpenFile.appendNew(held.directory().monitorLog(), 0600);
        Fd initrd = openInitrd();
        ConsoleListener console =
            options.console() == null ? null : ConsoleListener.in(held.directory().path())) {
      announceControlGroups();
      held.directory().journal().append(new Act.Container());
      LowLevelRuntime.Creation creation =
          new LowLevelRuntime.Creation(
              held.directory().bundle(),
              pidPath(),
              console == null ? options.consoleSocket() : console.path(),
              options.noPivot(),
              options.noNewKeyring(),
              List.of(tap, control, log, initrd),
              log);
      try {
        held.lowLevel().create(held.id(), creation);
      } catch (LowLevelException refusal) {
        createUnderAnother(creation, refusal);
      }
      if (console != null && options.console() != null) {
        options.console().take(console.terminal());
      }
    }
  }

  private Fd openControl() throws IOException {
    return choice.needs().hasControlSocket()
        ? UnixSocket.listen(held.directory().path(), StateDirectory.socketName(), 8)
        : nothing();
  }

  /// Tries the other low-level runtime once, and only if we chose the first one. If both refuse,
  /// the container is at fault. If only the first refuses, the node is, so we do not try that one
  /// again in this boot.
  private void createUnderAnother(LowLevelRuntime.Creation creation, LowLevelException refusal)
      throws IOException {
    Path other = choice.otherLowLevel();
    if (other == null || !refusal.mayBeEnvironment()) {
      throw refusal;
    }
    CleanUp.lowLevel(held);
    Files.deleteIfExists(pidPath());
    String note = refusal.getMessage() + "; " + other + " runs it";
    held.write(held.record().with(choice.monitor().under(other, note)));
    try {
      held.lowLevel().create(held.id(), creation);
    } catch (LowLevelException e) {
      e.addSuppressed(refusal);
      throw e;
    }
    caller.node().distrust(choice.monitor().lowLevel());
    caller
        .log()
        .warn(
            "container \""
                + held.id()
                + "\": "
                + note
                + ", and all others until the next boot of the node");
  }

  /// In place of a descriptor that the monitor does not use, so that all others keep their numbers.
  static Fd nothing() throws IOException {
    return OpenFile.readWrite(Path.of("/dev/null"));
  }

  /// With systemd's driver the groups are a unit of systemd, which ends with its last process.
  private void announceControlGroups() throws IOException {
    if (choice.monitor().systemdCgroup()) {
      return;
    }
    String given = spec.cgroupsPath().orElse("");
    List<Path> absent = ControlGroups.seenBy(caller.process()).absent(given, held.id());
    if (!absent.isEmpty()) {
      held.directory().journal().append(new Act.ControlGroups(absent));
    }
  }

  /// The file for the initrd has no name, so that it is gone with the monitor. It lies on a disk if
  /// there is one, because the state directory is memory.
  private Fd openInitrd() throws IOException {
    ProcessSpec process = spec.process();
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
      return held.directory().path(); // on a node with a read-only /var the file takes memory
    }
  }

  private Path pidPath() {
    return held.directory().path().resolve("pid");
  }

  /// Its process, which waits for start.
  ProcessIdentity identity() throws IOException {
    String text = Files.readString(pidPath()).strip();
    ProcessIdentity identity = ProcessIdentity.of(Integer.parseInt(text));
    if (identity == null) {
      throw new ContainerException(
          FailureKind.LOW_LEVEL_SAID,
          "container \"" + held.id() + "\": its process " + text + " died before start");
    }
    return identity;
  }
}
