package dev.urunj.runtime.host;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.runtime.oci.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Moments of create and start, one JSON line each, with urunc's names and numbers, so that tools
/// that measure urunc can measure urunj.
///
/// A line is `{"containerID":…,"timestampID":"TS00","timestampName":"CR.invoked",
/// "timestampOrder":0,"time":NANOSECONDS_SINCE_1970}`, one write(2) to a file opened for appending,
/// so that lines of several containers do not mix. The directory is made. A file that cannot be
/// written costs one warning a command and never the command.
public final class Timestamps {
  private static final long NANOS_A_SECOND = 1_000_000_000L;

  private final @Nullable Path file;
  private final String id;
  private final Caller caller;
  private boolean failed;

  /// The moments of one container.
  ///
  /// @param file where they go, null for nowhere
  public Timestamps(@Nullable Path file, String id, Caller caller) {
    this.file = file;
    this.id = id;
    this.caller = caller;
  }

  /// What urunc's moments are here. Their order in urunc is their order in the file. `CR` is
  /// urunc's create, `RX` the process in the container that it starts, whose part the low-level
  /// runtime and we ourselves have, `ST` its start.
  public enum Moment {
    /// The command line of create is read.
    CREATE_INVOKED(0, "CR.invoked"),
    /// Bundle, image and configuration are understood and the id is ours.
    CREATE_CLAIMED(1, "CR.unikontainer_created"),
    /// The record is on disk.
    CREATE_RECORDED(2, "CR.initial_setup"),
    /// Everything is ready for the first act outside of the state directory.
    NAMESPACE_WANTED(3, "CR.start_reexec"),
    /// The network namespace is open, checked and pinned.
    NAMESPACE_PINNED(4, "RX.create_invoked"),
    /// Leftovers are gone and the TAP is open.
    TAP_OPENED(5, "RX.close_pipes_and_setup_base"),
    /// The monitor's bundle is written; the low-level runtime's create begins.
    BUNDLE_WRITTEN(6, "CR.received_pids"),
    /// The low-level runtime's create has returned, which ran the hooks up to `createContainer`.
    RUNTIME_CREATED(7, "CR.hooks_executed"),
    /// The process is identified.
    PROCESS_IDENTIFIED(8, "CR.sent_ack"),
    /// The record says `created`.
    CREATED_RECORDED(9, "RX.received_ack"),
    /// The pid file is written: create is done.
    CREATE_DONE(10, "CR.terminated"),
    /// The command line of start is read.
    START_INVOKED(11, "ST.invoked"),
    /// The record is read under the container's lock, and the container can be started.
    START_CLAIMED(12, "ST.unikontainer_created"),
    /// The pinned namespace is found to be the recorded one.
    NAMESPACE_OPENED(13, "ST.sent_start_msg"),
    /// The namespace's lock is ours.
    NAMESPACE_LOCKED(14, "RX.received_start_msg"),
    /// Leftovers are gone and the pod's interface is read.
    POD_READ(15, "RX.joined_netns"),
    /// Initrd and launch line are written and the TAP is joined to the pod's interface.
    POD_JOINED(16, "RX.network_setup_completed"),
    /// The record has the network: nothing of the node is left to be set up.
    START_RECORDED(17, "RX.disk_setup_completed"),
    /// The low-level runtime's start begins, which lets the monitor go.
    MONITOR_LET_GO(18, "RX.execve_hypervisor");

    private final int order;
    private final String name;

    Moment(int order, String name) {
      this.order = order;
      this.name = name;
    }
  }

  /// The moment is now.
  public void mark(Moment moment) {
    if (file != null) {
      append(file, moment, caller.node().clock().instant());
    }
  }

  /// The moment was when the command began.
  public void markInvoked(Moment moment) {
    if (file != null) {
      append(file, moment, caller.invoked());
    }
  }

  private void append(Path target, Moment moment, Instant time) {
    if (failed) {
      return;
    }
    try {
      if (moment == Moment.CREATE_INVOKED || moment == Moment.START_INVOKED) {
        makeDirectory(target);
      }
      try (Fd out = OpenFile.append(target, 0644)) {
        FileIo.writeFully(out, line(moment, time).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      failed = true;
      caller.log().warn("timestamps: " + target + " cannot be written: " + e.getMessage());
    }
  }

  private static void makeDirectory(Path target) throws IOException {
    Path directory = target.getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
  }

  private String line(Moment moment, Instant time) {
    int order = moment.order;
    long nanos = time.getEpochSecond() * NANOS_A_SECOND + time.getNano();
    return "{\"containerID\":"
        + JsonText.quoted(id)
        + ",\"timestampID\":\"TS"
        + (order < 10 ? "0" : "")
        + order
        + "\",\"timestampName\":\""
        + moment.name
        + "\",\"timestampOrder\":"
        + order
        + ",\"time\":"
        + nanos
        + "}\n";
  }
}
