package dev.urunj.runtime.host;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.clock.KernelClock;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.runtime.lowlevel.LowLevelRuntimes;
import dev.urunj.runtime.lowlevel.SpawnedRuntimes;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Callers for tests: without environment, and what they print is lost.
public final class TestCaller {
  private static final Path PROCESS = Path.of("/proc/thread-self");

  private TestCaller() {}

  /// One that asks about the containers under a root, which is its directory too, and has no log.
  public static Caller under(Path root) {
    return under(root, new Silence());
  }

  /// One with a log.
  public static Caller under(Path root, Log log) {
    return at(InstantSource.system(), root, log, Instant.EPOCH);
  }

  /// One with a log, on a node that has these low-level runtimes.
  public static Caller under(Path root, Log log, LowLevelRuntimes lowLevels) {
    return on(node(root, InstantSource.system(), lowLevels), root, log, Instant.EPOCH);
  }

  /// The same one, who waits until then.
  public static Caller until(Deadline deadline, Caller caller) {
    return new Caller(
        caller.node(),
        caller.root(),
        caller.systemdCgroup(),
        caller.inheritance(),
        caller.directory(),
        caller.streams(),
        caller.process(),
        caller.log(),
        caller.invoked(),
        deadline);
  }

  static Caller at(InstantSource clock, Path root, Log log, Instant invoked) {
    LowLevelRuntimes lowLevels = new SpawnedRuntimes(SpawnedRuntimes.PATIENCE);
    return on(node(root, clock, lowLevels), root, log, invoked);
  }

  private static Node node(Path root, InstantSource clock, LowLevelRuntimes lowLevels) {
    return new Node(root.resolve("@node"), PROCESS, clock, new KernelClock(), lowLevels);
  }

  private static Caller on(Node node, Path root, Log log, Instant invoked) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Caller(
        node,
        root,
        false,
        Inheritance.ofThisProcess(Environment.of(List.of())),
        root,
        new Streams(InputStream.nullInputStream(), nowhere, nowhere),
        PROCESS,
        log,
        invoked,
        Deadline.never(node.monotonic()));
  }

  private static final class Silence implements Log {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {}
  }
}
