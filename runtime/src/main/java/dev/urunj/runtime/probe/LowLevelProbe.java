package dev.urunj.runtime.probe;

import dev.urunj.linux.clock.MonotonicClock;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.runtime.lowlevel.CgroupPath;
import dev.urunj.runtime.lowlevel.ControlGroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Whether crun runs containers here. crun starts a container several times faster than runc, but
/// some versions refuse some cgroup layouts, which `--version` does not show. So before we trust
/// it, we create, start and delete a container with everything that a monitor's has (see
/// [ProbeContainer]).
///
/// An answer holds for one boot, for one version of the program, for one form of `cgroupsPath`, and
/// for the control groups that were there during the probe, because a mount namespace may show
/// others.
public final class LowLevelProbe {
  private static final String NAME = "crun";
  private static final String WORKS = "works";
  private static final String FAILS = "fails";
  private static final String REFUSED = "refused a container";
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(20);

  private final ProbeResults results;
  private final Path directory;
  private final Path process;
  private final MonotonicClock clock;

  /// A probe that keeps its answer.
  ///
  /// @param directory where the probe's bundle may be made
  /// @param process that asks, by its directory in /proc
  /// @param clock what waits are measured by
  public LowLevelProbe(ProbeResults results, Path directory, Path process, MonotonicClock clock) {
    this.results = results;
    this.directory = directory;
    this.process = process;
    this.clock = clock;
  }

  /// Whether crun runs containers here, asked once in a boot.
  ///
  /// @param crun absolute path
  /// @param form of the path that it will get
  public boolean works(Path crun, CgroupPath form) throws IOException {
    String seen = ControlGroups.seenBy(process).kind();
    String name = NAME + form.suffix();
    String known = results.recall(name, crun);
    if (known != null && (known.equals(REFUSED) || known.endsWith("\n" + seen))) {
      return known.startsWith(WORKS);
    }
    boolean works;
    try {
      works = runsContainer(crun, form);
    } catch (IOException _) {
      return false; // the probe could not run, which says nothing about the next time
    }
    results.keep(name, crun, (works ? WORKS : FAILS) + "\n" + seen);
    return works;
  }

  /// Notes that crun has refused a container that another low-level runtime then ran, so that we do
  /// not trust it again in this boot, whatever a probe says.
  public void distrust(Path crun) {
    for (CgroupPath form : CgroupPath.values()) {
      results.keep(NAME + form.suffix(), crun, REFUSED);
    }
  }

  /// One probe at a time, so that the next one can remove the traces of one that was killed.
  private boolean runsContainer(Path crun, CgroupPath form) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (Fd lock = OpenFile.directory(directory);
        FileLock _ = FileLock.exclusive(lock, LOCK_TIMEOUT)) {
      ProbeContainer container =
          new ProbeContainer(crun, directory.resolve("crun-probe"), form, process, clock);
      container.remove();
      @Nullable IOException failure = null;
      try {
        return container.lives();
      } catch (IOException e) {
        failure = e;
        throw e;
      } finally {
        removeAfter(container, failure);
      }
    }
  }

  private static void removeAfter(ProbeContainer container, @Nullable IOException failure)
      throws IOException {
    try {
      container.remove();
    } catch (IOException e) {
      if (failure == null) {
        throw e;
      }
      failure.addSuppressed(e);
    }
  }
}
