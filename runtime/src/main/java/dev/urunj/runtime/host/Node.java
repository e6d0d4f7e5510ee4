package dev.urunj.runtime.host;

import dev.urunj.linux.clock.MonotonicClock;
import dev.urunj.linux.file.LockTable;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.SideThreads;
import dev.urunj.runtime.config.Config;
import dev.urunj.runtime.config.WantedRuntime;
import dev.urunj.runtime.lowlevel.CgroupPath;
import dev.urunj.runtime.lowlevel.LowLevelRuntimes;
import dev.urunj.runtime.lowlevel.Programs;
import dev.urunj.runtime.monitor.Scratch;
import dev.urunj.runtime.netns.NamespaceGuard;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.probe.LowLevelProbe;
import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The node, as one process of urunj serves it: its clock, its own namespaces, its programs, and
/// what probes have found out about it. There is one in each process, which all requests share.
///
/// Programs are looked for in the environment of the caller, because an operator chooses them
/// there.
public final class Node implements Scratch {
  /// Where urunj keeps what outlives a boot, unless another place is given.
  public static final Path DIRECTORY = Path.of("/var/lib/urunj");

  private static final String RUNC = "runc";
  private static final String CRUN = "crun";

  /// Each costs some 100 KiB while its task hangs.
  private static final int MOST_SIDE_THREADS = 64;

  private final LockTable locks = new LockTable();
  private final SideThreads sideThreads = new SideThreads(MOST_SIDE_THREADS);
  private final Path directory;
  private final Path process;
  private final InstantSource clock;
  private final MonotonicClock monotonic;
  private final LowLevelRuntimes lowLevels;

  /// A node.
  ///
  /// @param directory on a disk, for answers of probes and files without names; made when needed
  /// @param process that serves, by its directory in /proc, for example `/proc/self`
  /// @param clock the time of day
  /// @param monotonic what waits are measured by
  /// @param lowLevels what gives a low-level runtime by its program
  public Node(
      Path directory,
      Path process,
      InstantSource clock,
      MonotonicClock monotonic,
      LowLevelRuntimes lowLevels) {
    this.directory = directory;
    this.process = process;
    this.clock = clock;
    this.monotonic = monotonic;
    this.lowLevels = lowLevels;
  }

  public InstantSource clock() {
    return clock;
  }

  /// What waits are measured by.
  public MonotonicClock monotonic() {
    return monotonic;
  }

  /// The process that serves, whose mounts and namespaces are the node's.
  public Path process() {
    return process;
  }

  /// The threads of this process that want the same lock.
  public LockTable locks() {
    return locks;
  }

  /// For work beside that of a request.
  public SideThreads sideThreads() {
    return sideThreads;
  }

  LowLevelRuntimes lowLevels() {
    return lowLevels;
  }

  /// Knows which network namespaces are the node's own.
  public NamespaceGuard guard() {
    return new NamespaceGuard(process);
  }

  /// The low-level runtime for containers that are not ours: the configured one, or runc if the
  /// configuration leaves the choice to us, because callers' flags are runc's.
  public Path lowLevelForOthers(Config config, Environment environment) throws IOException {
    WantedRuntime wanted = config.lowLevel();
    if (wanted instanceof WantedRuntime.At(Path program)) {
      return find(program.toString(), environment);
    }
    if (wanted instanceof WantedRuntime.Named(String name)) {
      return find(name, environment);
    }
    return find(Programs.find(RUNC, environment.variables()) != null ? RUNC : CRUN, environment);
  }

  /// The low-level runtime for monitors.
  ///
  /// @param program what the configuration says, else crun where it was seen to work, else runc
  /// @param other what takes its place should it refuse; null where the choice was not ours
  public record LowLevelChoice(Path program, @Nullable Path other) {}

  /// Decides which low-level runtime executes a monitor.
  ///
  /// @param form of the path of the monitor's control groups
  public LowLevelChoice lowLevelForMonitors(Config config, CgroupPath form, Environment environment)
      throws IOException {
    if (config.lowLevel() instanceof WantedRuntime.Auto) {
      Path crun = Programs.find(CRUN, environment.variables());
      Path runc = Programs.find(RUNC, environment.variables());
      if (crun != null && runc != null && crunProbe().works(crun, form)) {
        return new LowLevelChoice(crun, runc);
      }
    }
    return new LowLevelChoice(lowLevelForOthers(config, environment), null);
  }

  /// Notes that crun has refused what another runtime has run, so that we do not choose it until
  /// the next boot.
  public void distrust(Path crun) {
    crunProbe().distrust(crun);
  }

  private LowLevelProbe crunProbe() {
    return new LowLevelProbe(probes(), directory, process, monotonic);
  }

  /// A directory for files without names, on a disk where there is one.
  @Override
  public Path scratch() throws IOException {
    return Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  public ProbeResults probes() {
    return new ProbeResults(directory.resolve("probes"));
  }

  /// `PATH`, with the system's directories behind it.
  public static String path(Environment environment) {
    String own = environment.get("PATH");
    return (own == null ? "" : own) + ":" + Programs.SYSTEM_PATH;
  }

  private static Path find(String name, Environment environment) throws IOException {
    Path program = Programs.find(name, environment.variables());
    if (program == null) {
      throw new BadInputException(
          "config.toml",
          "runtime.low_level",
          "there is no executable " + BadInputException.quote(name),
          "runc or crun to be installed, or the path of another OCI runtime");
    }
    return program;
  }
}
