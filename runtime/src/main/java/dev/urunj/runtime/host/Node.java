package dev.urunj.runtime.host;

import dev.urunj.runtime.config.Config;
import dev.urunj.runtime.config.WantedRuntime;
import dev.urunj.runtime.lowlevel.CgroupPath;
import dev.urunj.runtime.lowlevel.Programs;
import dev.urunj.runtime.monitor.Scratch;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.probe.LowLevelProbe;
import dev.urunj.runtime.probe.ProbeResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The node that a command runs on: its programs, and what probes have found out about it.
public final class Node implements Scratch {
  /// What urunj keeps on a disk of the node: answers of probes, and files without names.
  private static final Path DIRECTORY = Path.of("/var/lib/urunj");

  private static final String RUNC = "runc";
  private static final String CRUN = "crun";

  private final Map<String, String> environment;

  public Node(Map<String, String> environment) {
    this.environment = environment;
  }

  /// The low-level runtime for containers that are not ours: the configured one, or runc if the
  /// configuration leaves the choice to us, because callers' flags are runc's.
  public Path lowLevelForOthers(Config config) throws IOException {
    WantedRuntime wanted = config.lowLevel();
    if (wanted instanceof WantedRuntime.At(Path program)) {
      return find(program.toString());
    }
    if (wanted instanceof WantedRuntime.Named(String name)) {
      return find(name);
    }
    return Programs.find(RUNC, environment) != null ? find(RUNC) : find(CRUN);
  }

  /// The low-level runtime for monitors.
  ///
  /// @param program what the configuration says, else crun where it was seen to work, else runc
  /// @param other what takes its place should it refuse; null where the choice was not ours
  public record LowLevelChoice(Path program, @Nullable Path other) {}

  /// Decides which low-level runtime executes a monitor.
  ///
  /// @param form of the path of the monitor's control groups
  public LowLevelChoice lowLevelForMonitors(Config config, CgroupPath form) throws IOException {
    if (config.lowLevel() instanceof WantedRuntime.Auto) {
      Path crun = Programs.find(CRUN, environment);
      Path runc = Programs.find(RUNC, environment);
      if (crun != null && runc != null && crunProbe().works(crun, form)) {
        return new LowLevelChoice(crun, runc);
      }
    }
    return new LowLevelChoice(lowLevelForOthers(config), null);
  }

  /// Notes that crun has refused what another runtime has run, so that we do not choose it until
  /// the next boot.
  public void distrust(Path crun) {
    crunProbe().distrust(crun);
  }

  private LowLevelProbe crunProbe() {
    return new LowLevelProbe(probes(), DIRECTORY);
  }

  /// A directory for files without names, on a disk where there is one.
  @Override
  public Path scratch() throws IOException {
    return Files.createDirectories(
        DIRECTORY,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  public ProbeResults probes() {
    return new ProbeResults(DIRECTORY.resolve("probes"));
  }

  /// `PATH`, with the system's directories behind it.
  public static String path(Map<String, String> environment) {
    return environment.getOrDefault("PATH", "") + ":" + Programs.SYSTEM_PATH;
  }

  private Path find(String name) throws IOException {
    Path program = Programs.find(name, environment);
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
