package dev.urunj.runtime.state;

import com.google.gson.JsonObject;
import dev.urunj.linux.process.BootId;
import dev.urunj.linux.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything urunj knows about one unikernel container. Immutable; written whole, by [RecordFile].
///
/// @param id the container's id
/// @param status as the last command left it; [#currentStatus] looks at the process too
/// @param bundle absolute path of the bundle that create got
/// @param created when, as RFC 3339 in UTC
/// @param process the monitor (or, before start, the low-level runtime's init), null until known
/// @param annotations the specification's annotations
/// @param image null while create has not got there
/// @param monitor null while create has not got there
/// @param network null while create has not got there
/// @param timestamps the file to which create and start append their moments, as it was configured
///   at create, or null
/// @param notes what its guest does not get, one line each; none before start
/// @param exit how its monitor has ended; null where that is not known, as of every monitor for
///   which no command of urunj has waited
public record ContainerRecord(
    String id,
    Status status,
    Path bundle,
    String created,
    @Nullable ProcessIdentity process,
    JsonObject annotations,
    @Nullable ImageRecord image,
    @Nullable MonitorRecord monitor,
    @Nullable NetworkRecord network,
    @Nullable Path timestamps,
    List<String> notes,
    @Nullable ExitRecord exit) {

  public ContainerRecord {
    notes = List.copyOf(notes);
  }

  /// A record for a create that has just begun.
  public static ContainerRecord begun(
      String id, Path bundle, String created, JsonObject annotations) {
    return new ContainerRecord(
        id,
        Status.CREATING,
        bundle,
        created,
        null,
        annotations,
        null,
        null,
        null,
        null,
        List.of(),
        null);
  }

  /// The status that callers see: a created or running container whose process is gone, a zombie,
  /// or another process under the same pid, is stopped.
  public Status currentStatus() throws IOException {
    return switch (status) {
      case CREATING, STOPPED -> status;
      case CREATED, RUNNING, PAUSED -> isAlive() ? status : Status.STOPPED;
    };
  }

  /// Whether the recorded process, and not merely its pid, still runs.
  public boolean isAlive() throws IOException {
    return process != null && process.isAlive();
  }

  /// Whether the things in it can still exist. Processes and namespaces end with the boot, and the
  /// next boot gives their numbers again.
  public boolean isOfThisBoot() throws IOException {
    String now = BootId.read();
    return (process == null || process.bootId().equals(now))
        && (network == null || network.bootId().equals(now));
  }

  /// Whether another record is of the same container, and not of a later one that has its id by
  /// now.
  public boolean isSame(ContainerRecord other) {
    ProcessIdentity one = process;
    ProcessIdentity two = other.process;
    return one != null
        && two != null
        && one.pid() == two.pid()
        && one.startTime() == two.startTime();
  }

  public ContainerRecord with(Status next) {
    return new ContainerRecord(
        id,
        next,
        bundle,
        created,
        process,
        annotations,
        image,
        monitor,
        network,
        timestamps,
        notes,
        exit);
  }

  public ContainerRecord with(ProcessIdentity identity) {
    return new ContainerRecord(
        id,
        status,
        bundle,
        created,
        identity,
        annotations,
        image,
        monitor,
        network,
        timestamps,
        notes,
        exit);
  }

  public ContainerRecord with(ImageRecord newImage, MonitorRecord newMonitor) {
    return new ContainerRecord(
        id,
        status,
        bundle,
        created,
        process,
        annotations,
        newImage,
        newMonitor,
        network,
        timestamps,
        notes,
        exit);
  }

  public ContainerRecord with(MonitorRecord newMonitor) {
    return new ContainerRecord(
        id,
        status,
        bundle,
        created,
        process,
        annotations,
        image,
        newMonitor,
        network,
        timestamps,
        notes,
        exit);
  }

  public ContainerRecord with(NetworkRecord newNetwork) {
    return new ContainerRecord(
        id,
        status,
        bundle,
        created,
        process,
        annotations,
        image,
        monitor,
        newNetwork,
        timestamps,
        notes,
        exit);
  }

  public ContainerRecord withNotes(List<String> lines) {
    return new ContainerRecord(
        id,
        status,
        bundle,
        created,
        process,
        annotations,
        image,
        monitor,
        network,
        timestamps,
        lines,
        exit);
  }

  public ContainerRecord withTimestamps(@Nullable Path file) {
    return new ContainerRecord(
        id,
        status,
        bundle,
        created,
        process,
        annotations,
        image,
        monitor,
        network,
        file,
        notes,
        exit);
  }

  public ContainerRecord with(ExitRecord ended) {
    return new ContainerRecord(
        id,
        status,
        bundle,
        created,
        process,
        annotations,
        image,
        monitor,
        network,
        timestamps,
        notes,
        ended);
  }
}
