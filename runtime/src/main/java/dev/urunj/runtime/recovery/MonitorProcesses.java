package dev.urunj.runtime.recovery;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.FileStatus;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessStat;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.oci.Signals;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the processes of containers under one root without any record, by what they were started
/// with. A monitor has a tag in its environment; a low-level runtime has the container's own
/// directory in its arguments, and its `init` has it in its environment.
///
/// The same path may mean another directory to a process in a container with a `/run` of its own.
/// So a tag names the root's device and inode too, and for a low-level runtime we look up what the
/// path means to that process.
public final class MonitorProcesses {
  private static final String TAG = "URUNJ_CONTAINER=";
  private static final String INIT = "_LIBCONTAINER_STATEDIR="; // runc's, of its second stage
  private static final String LOW_LEVEL = "/runc";

  private static final Path PROCESSES = Path.of("/proc");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LIMIT = 64 << 10;

  private final Path root;
  private final String identity;

  private MonitorProcesses(Path root, String identity) {
    this.root = root;
    this.identity = identity;
  }

  /// What a process is to its container.
  enum Role {
    /// The low-level runtime at work, which must end first.
    RUNTIME("its command line names a directory of urunj's"),
    /// What has become of the container's process, or is about to.
    MONITOR("its environment carries urunj's tag");

    private final String proof;

    Role(String proof) {
      this.proof = proof;
    }

    /// How it is known.
    String proof() {
      return proof;
    }
  }

  /// A process of a container.
  ///
  /// @param name of the container's state directory
  record Found(int pid, String name, Role role) {}

  /// Those under a root.
  public static MonitorProcesses under(Path root) throws IOException {
    return new MonitorProcesses(root, identity(root));
  }

  /// The variable that a monitor gets: `URUNJ_CONTAINER=DEVICE:INODE:DIRECTORY`, the numbers being
  /// those of the root.
  public static String tag(Path stateDirectory) throws IOException {
    Path root = stateDirectory.getParent();
    return TAG + (root == null ? "" : identity(root)) + ":" + stateDirectory;
  }

  private static String identity(Path root) throws IOException {
    FileStatus status = FileStatus.of(root);
    return status.device() + ":" + status.inode();
  }

  /// All processes of all containers.
  List<Found> all() {
    List<Found> all = new ArrayList<>();
    String[] names = PROCESSES.toFile().list();
    for (String name : names == null ? new String[0] : names) {
      if (name.charAt(0) >= '1' && name.charAt(0) <= '9') {
        Found found = find(Integer.parseInt(name));
        if (found != null) {
          all.add(found);
        }
      }
    }
    return all;
  }

  /// Whether one container has any.
  boolean isAnyOf(String name) {
    for (Found found : all()) {
      if (found.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /// Ends all processes of one container. First it waits for a low-level runtime, because a delete
  /// during that runtime's create would find no container, and the create would then make one. It
  /// kills a runtime that takes longer than 10 s. Then it kills whatever the runtime has made.
  void end(String name) throws IOException {
    awaitRuntimes(name);
    for (Found found : all()) {
      if (found.name().equals(name)) {
        kill(found);
      }
    }
  }

  /// Waits for low-level runtimes that work on one container, because one outlives a command that
  /// was killed. It kills one that takes longer than 10 s.
  public void awaitRuntimes(String name) throws IOException {
    for (Found found : all()) {
      if (found.name().equals(name) && found.role() == Role.RUNTIME) {
        end(found, PATIENCE);
      }
    }
  }

  /// Kills one process, if it still is what it was, and waits for its end.
  ///
  /// @throws ContainerException when it does not end
  void kill(Found found) throws IOException {
    end(found, Duration.ZERO);
  }

  /// Whether a process still is what it was.
  boolean isStill(Found found) {
    Found now = find(found.pid());
    return now != null && now.name().equals(found.name()) && now.role() == found.role();
  }

  /// Opens the pidfd first and looks again afterwards, so that the number cannot pass to another
  /// process in between.
  private void end(Found found, Duration patience) throws IOException {
    try (Pidfd pidfd = Pidfd.open(found.pid())) {
      if (!isStill(found) || pidfd.awaitExit(patience)) {
        return;
      }
      pidfd.signal(Signals.KILL);
      if (!pidfd.awaitExit(PATIENCE)) {
        throw new ContainerException(
            FailureKind.TIMED_OUT,
            "process "
                + found.pid()
                + " of container \""
                + found.name()
                + "\" has not died 10 s after SIGKILL: it hangs in the kernel");
      }
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
    }
  }

  /// What a process is, if it belongs to a container under this root and is no zombie.
  private @Nullable Found find(int pid) {
    String environment = text(pid, "environ");
    String tagged = valueOf(environment, TAG);
    if (tagged != null && tagged.startsWith(identity + ":")) {
      String name = nameOf(tagged.substring(identity.length() + 1), "");
      return name == null || isZombie(pid) ? null : new Found(pid, name, Role.MONITOR);
    }
    String init = valueOf(environment, INIT);
    String name = init == null ? null : nameOf(parentOf(init), LOW_LEVEL);
    if (name != null) {
      return seesRoot(pid) ? new Found(pid, name, Role.MONITOR) : null;
    }
    String working = behind(text(pid, "cmdline"), "\0--root\0");
    name = working == null ? null : nameOf(working, LOW_LEVEL);
    return name != null && seesRoot(pid) ? new Found(pid, name, Role.RUNTIME) : null;
  }

  private static boolean isZombie(int pid) {
    try {
      ProcessStat stat = ProcessStat.read(pid);
      return stat == null || stat.isZombie();
    } catch (IOException _) {
      return false; // it is there: the attempt to end it will show more
    }
  }

  /// Whether our root is, to that process, the same directory.
  private boolean seesRoot(int pid) {
    try {
      return identity(Path.of("/proc/" + pid + "/root" + root)).equals(identity);
    } catch (IOException _) {
      return false;
    }
  }

  /// `NAME` of `ROOT/NAME` with an ending; null for any other path.
  private @Nullable String nameOf(String path, String ending) {
    String prefix = root + "/";
    if (!path.startsWith(prefix) || !path.endsWith(ending)) {
      return null;
    }
    String name = path.substring(prefix.length(), path.length() - ending.length());
    return name.isEmpty() || name.indexOf('/') >= 0 ? null : name;
  }

  private static String parentOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  private static @Nullable String valueOf(String environment, String prefix) {
    return behind("\0" + environment, "\0" + prefix);
  }

  private static @Nullable String behind(String text, String mark) {
    int at = text.indexOf(mark);
    int end = at < 0 ? -1 : text.indexOf('\0', at + mark.length());
    return end < 0 ? null : text.substring(at + mark.length(), end);
  }

  private static String text(int pid, String file) {
    try (FileInputStream in = new FileInputStream("/proc/" + pid + "/" + file)) {
      return new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return ""; // it has ended, or is none of ours to see
    }
  }
}
