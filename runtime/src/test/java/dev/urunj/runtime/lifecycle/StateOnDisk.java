package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.RecordedLog;
import dev.urunj.runtime.host.TestCaller;
import dev.urunj.runtime.lowlevel.FakeLowLevel;
import dev.urunj.runtime.lowlevel.LowLevelRuntimes;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ImageRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Containers as create and start have left them on the disk, under a root of their own. The
/// monitor of each is a `sleep`; the low-level runtime is a fake.
final class StateOnDisk implements AutoCloseable {
  private final Path root;
  private final FakeLowLevel lowLevel = new FakeLowLevel();
  private final RecordedLog log = new RecordedLog();
  private final List<Process> monitors = new ArrayList<>();

  StateOnDisk(Path root) {
    this.root = root;
  }

  /// One that is in the id's directory, without a network and with nothing in its journal.
  ///
  /// @param id of a container that does not exist
  StateDirectory container(String id, Status status) throws IOException {
    return container(id, status, startMonitor());
  }

  /// One whose monitor is a process of the test's.
  StateDirectory container(String id, Status status, ProcessIdentity monitor) throws IOException {
    ContainerRecord begun =
        ContainerRecord.begun(id, Path.of("/b"), "2026-11-27T12:00:00Z", new JsonObject());
    StateDirectory directory = StateDirectory.of(root, id);
    try (StateDirectory.Lock _ = requireNonNull(directory.claim(begun))) {
      directory.write(begun.with(image(), monitorRecord()).with(status).with(monitor));
    }
    return directory;
  }

  StateDirectory directory(String id) {
    return StateDirectory.of(root, id);
  }

  ContainerRecord record(String id) throws IOException {
    return requireNonNull(directory(id).record());
  }

  /// The newest container's monitor.
  Process monitor() {
    return monitors.getLast();
  }

  Caller caller() {
    return caller(lowLevel);
  }

  Caller caller(LowLevelRuntimes lowLevels) {
    return TestCaller.under(root, log, lowLevels);
  }

  FakeLowLevel lowLevel() {
    return lowLevel;
  }

  /// The lines of the log, each after its level.
  List<String> said() {
    return log.lines();
  }

  /// Whether another command could have the container now.
  boolean isFree(String id) throws IOException {
    try (StateDirectory.Lock lock = StateDirectory.of(root, id).tryLock()) {
      return lock != null;
    }
  }

  private ProcessIdentity startMonitor() throws IOException {
    Process monitor = new ProcessBuilder("sleep", "600").start();
    monitors.add(monitor);
    return requireNonNull(ProcessIdentity.of((int) monitor.pid()));
  }

  private static ImageRecord image() {
    return new ImageRecord("linux", "6.1", Path.of("/k"), Path.of("/i"), List.of("/bin/web"));
  }

  static MonitorRecord monitorRecord() {
    return new MonitorRecord(
        "qemu",
        "/q",
        new JsonObject(),
        "tcg",
        128,
        33,
        1,
        Path.of("/runc"),
        false,
        null,
        "descriptor",
        true);
  }

  @Override
  public void close() {
    for (Process monitor : monitors) {
      monitor.destroyForcibly();
    }
  }
}
