package dev.urunj.runtime.boot;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.clock.MonotonicClock;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.linux.process.SideThreads;
import dev.urunj.linux.process.ThreadTask;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.guest.BootPlan;
import dev.urunj.runtime.guest.CopyProgress;
import dev.urunj.runtime.guest.Initrd;
import dev.urunj.runtime.guest.InitrdFile;
import dev.urunj.runtime.guest.MountFiles;
import dev.urunj.runtime.guest.ResolvConf;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.Recorded;
import dev.urunj.runtime.monitor.MonitorDescriptors;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.registry.Registry;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// What a guest gets of the host's files, in the file that its monitor will take for the initrd.
///
/// They are other people's, and lie on file systems that may take any time to answer, or do not
/// answer at all. So they are copied before start takes the locks of the container and of its
/// namespace. A command that kills or deletes the container meanwhile succeeds, and this finds that
/// the container's process is gone. It also ends when nothing has moved for 30 s. Of two starts the
/// second waits for the lock on the initrd itself, which no other command takes.
///
/// The copy has a thread of its own, because a call that hangs in the kernel cannot be called back.
/// Such a thread is left behind and goes with this process.
public final class HostFiles implements AutoCloseable {
  public static final Duration STALLED = Duration.ofSeconds(30);

  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Caller caller;
  private final StateDirectory directory;
  private final ContainerRecord record;
  private final ImageRecord image;
  private final MonitorRecord monitor;
  private final CopyProgress progress = new CopyProgress();
  private final Fd file;
  private final FileLock lock;
  private final InitrdFile out;
  private boolean leftBehind;

  /// What is known once they are copied.
  ///
  /// @param notes what the guest does not get, one line each
  /// @param initrd to which the guest's own files can be added; null when the guest has none
  public record Copied(
      GuestInputs inputs,
      StandardStreams streams,
      ResolvConf resolver,
      MountFiles mounts,
      List<String> notes,
      @Nullable Initrd initrd) {}

  private HostFiles(
      Caller caller, StateDirectory directory, ContainerRecord record, Fd file, FileLock lock)
      throws IOException {
    this.caller = caller;
    this.directory = directory;
    this.record = record;
    this.image = Recorded.part(record.image(), record.id());
    this.monitor = Recorded.part(record.monitor(), record.id());
    this.file = file;
    this.lock = lock;
    this.out = new InitrdFile(file);
  }

  /// Takes the initrd's file, through the process that holds it, because it has no name. The file
  /// is as it was: another start that held it may have given it to a monitor. So the caller looks
  /// at the record once more before it copies.
  ///
  /// @param record of a container that can be started
  public static HostFiles of(Caller caller, StateDirectory directory, ContainerRecord record)
      throws IOException {
    ProcessIdentity process = Recorded.part(record.process(), record.id());
    Fd file =
        OpenFile.readWrite(Path.of("/proc/" + process.pid() + "/fd/" + MonitorDescriptors.INITRD));
    try {
      if (!process.isAlive()) {
        throw died(record.id());
      }
      FileLock lock = FileLock.exclusive(file, caller.within(LOCK_TIMEOUT).remaining());
      return new HostFiles(caller, directory, record, file, lock);
    } catch (Throwable t) {
      try (file) {
        throw t;
      }
    }
  }

  private static ContainerException died(String id) {
    return new ContainerException(
        FailureKind.WRONG_STATUS, "container \"" + id + "\": its process died before start");
  }

  /// Copies them, over what an earlier start has left in the file.
  ///
  /// @param stalled after how long without any progress this gives up
  public Copied copy(Duration stalled) throws IOException {
    FileIo.truncate(file, 0);
    ThreadTask<Copied> copy =
        new ThreadTask<>(
            new Callable<Copied>() {
              @Override
              public Copied call() throws IOException {
                return copied();
              }
            });
    Thread thread = started(copy);
    try {
      await(thread, stalled);
    } catch (Throwable t) {
      out.abandon();
      leftBehind = true;
      throw t;
    }
    return copy.outcome();
  }

  private Thread started(Runnable copy) throws ContainerException {
    SideThreads threads = caller.node().sideThreads();
    Thread thread = threads.start("files of the host", copy);
    if (thread == null) {
      throw new ContainerException(
          FailureKind.NODE_LACKS,
          "cannot start container "
              + record.id()
              + ": urunj copies files for "
              + threads.most()
              + " containers already; some of these copies may hang at a file server that is gone");
    }
    return thread;
  }

  private void await(Thread thread, Duration stalled) throws IOException {
    ProcessIdentity process = Recorded.part(record.process(), record.id());
    MonotonicClock clock = caller.node().monotonic();
    try (Pidfd pidfd = Pidfd.open(process)) {
      long steps = -1;
      Deadline deadline = Deadline.after(clock, stalled);
      while (!join(thread)) {
        if (caller.deadline().hasPassed()) {
          throw new ContainerException(
              FailureKind.TIMED_OUT,
              "cannot start container "
                  + record.id()
                  + ": "
                  + progress.where()
                  + ": its caller does not wait any longer");
        }
        if (pidfd == null || pidfd.awaitExit(Duration.ZERO)) {
          throw died(record.id());
        }
        if (progress.steps() != steps) {
          steps = progress.steps();
          deadline = Deadline.after(clock, stalled);
        } else if (deadline.hasPassed()) {
          throw new ContainerException(
              FailureKind.TIMED_OUT,
              "cannot start container "
                  + record.id()
                  + ": "
                  + progress.where()
                  + ": its file system has not answered for "
                  + stalled.toMillis()
                  + " ms");
        }
      }
    }
  }

  private static boolean join(Thread thread) throws InterruptedIOException {
    try {
      return thread.join(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while files were copied");
    }
  }

  private Copied copied() throws IOException {
    Path config = directory.config();
    Spec spec = new Spec(Json.read(config, Bundle.CONFIG_LIMIT), config);
    ProcessIdentity process = Recorded.part(record.process(), record.id());
    StandardStreams streams = StandardStreams.of(process, spec.process().terminal());
    GuestInputs inputs =
        new GuestInputs(
            spec,
            GuestInputs.hostname(spec, process),
            streams.input(),
            IpcSettings.of(spec, process));
    ResolvConf resolver = Resolver.of(spec, record.bundle(), progress);
    GuestMounts given = GuestMounts.of(spec, record.bundle(), monitor.memoryMib(), progress);
    MountFiles mounts = MountFiles.of(given.mounts(), progress);
    List<String> notes = new ArrayList<>(given.notes());
    if (streams.note() != null) {
      notes.add(streams.note());
    }
    BootPlan plan =
        Registry.guest(image.guest())
            .plan(inputs.of(mounts, image, monitor, null), GuestInputs.machine(monitor));
    if (!plan.hasInitrd()) {
      return new Copied(inputs, streams, resolver, mounts, notes, null);
    }
    Initrd initrd = new Initrd(out, plan.imageInitrd(), plan.fileLimitBytes());
    notes.addAll(initrd.copy(plan.files(), progress));
    return new Copied(inputs, streams, resolver, mounts, notes, initrd);
  }

  /// Writes what else the guest gets, which depends on its network.
  ///
  /// @return what the guest does not get, one line each
  public List<String> add(Copied copied, BootPlan plan) throws IOException {
    Initrd initrd = copied.initrd();
    if (initrd != null) {
      initrd.add(plan.files());
      out.finish();
    }
    List<String> notes = new ArrayList<>(plan.notes());
    notes.addAll(copied.notes());
    for (String note : notes) {
      caller.log().warn("container " + record.id() + ": " + note);
    }
    return notes;
  }

  /// Gives the lock back. A thread that was left behind keeps the descriptor, whose number must not
  /// become another file's under it.
  @Override
  public void close() throws IOException {
    lock.close();
    if (!leftBehind) {
      file.close();
    }
  }
}
