package dev.urunj.runtime.host;

import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Inheritance;
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
  private TestCaller() {}

  /// One that asks about the containers under a root, which is its directory too, and has no log.
  public static Caller under(Path root) {
    return under(root, new Silence());
  }

  /// One with a log.
  public static Caller under(Path root, Log log) {
    return at(InstantSource.system(), root, log, Instant.EPOCH);
  }

  static Caller at(InstantSource clock, Path root, Log log, Instant invoked) {
    Path process = Path.of("/proc/thread-self");
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Caller(
        new Node(root.resolve("@node"), process, clock, new SpawnedRuntimes()),
        root,
        false,
        Inheritance.ofThisProcess(Environment.of(List.of())),
        root,
        new Streams(InputStream.nullInputStream(), nowhere, nowhere),
        process,
        log,
        invoked);
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
