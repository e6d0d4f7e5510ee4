package dev.urunj.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.clock.KernelClock;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.Log;
import dev.urunj.runtime.host.Node;
import dev.urunj.runtime.host.Streams;
import dev.urunj.runtime.lowlevel.SpawnedRuntimes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A caller made by hand, in a directory of its own with a low-level runtime that no test executes,
/// and a root for containers below.
public final class HandMadeCaller {
  private final Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> environment = new ArrayList<>();
  private final List<String> logged = new ArrayList<>();
  private InstantSource clock = InstantSource.fixed(Instant.EPOCH);
  private PrintStream output = stream(out);
  private String input = "";

  /// @param directory absolute; the caller's working directory
  public HandMadeCaller(Path directory) {
    this.directory = directory;
    environment.add("URUNJ_RUNTIME=" + directory.resolve("runc"));
    environment.add("URUNJ_CONFIG_FILE=" + directory.resolve("config.toml"));
  }

  /// With the files that the environment names.
  static HandMadeCaller with(Path directory) throws IOException {
    Files.writeString(directory.resolve("runc"), "");
    Files.setPosixFilePermissions(
        directory.resolve("runc"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(directory.resolve("config.toml"), "");
    return new HandMadeCaller(directory);
  }

  public HandMadeCaller at(InstantSource time) {
    clock = time;
    return this;
  }

  HandMadeCaller typing(String text) {
    input = text;
    return this;
  }

  HandMadeCaller having(String variable) {
    environment.add(variable);
    return this;
  }

  HandMadeCaller printingTo(PrintStream other) {
    output = other;
    return this;
  }

  public Caller caller() {
    Path process = Path.of("/proc/self");
    return new Caller(
        new Node(
            directory.resolve("node"),
            process,
            clock,
            new KernelClock(),
            new SpawnedRuntimes(SpawnedRuntimes.PATIENCE)),
        directory.resolve("default-root"),
        false,
        Inheritance.ofThisProcess(Environment.of(environment)),
        directory,
        new Streams(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), output, stream(err)),
        process,
        new Lines(),
        clock.instant(),
        Deadline.never(new KernelClock()));
  }

  /// Runs one command line, with `--root root` in front.
  Outcome run(String... words) throws IOException, UsageException {
    List<String> all = new ArrayList<>(List.of("--root", "root"));
    all.addAll(List.of(words));
    return runWhole(all.toArray(new String[0]));
  }

  /// Runs one command line as it is.
  Outcome runWhole(String... words) throws IOException, UsageException {
    Invocation invocation = Invocation.parse(List.of(words));
    return Verbs.of(invocation).run(invocation, caller());
  }

  /// Whether a command hands its words on unchanged to the low-level runtime.
  void assertHandedOn(String... words) throws IOException, UsageException {
    Outcome outcome = run(words);
    assertThat(outcome).isInstanceOf(Outcome.Become.class);
    Outcome.Become program = (Outcome.Become) outcome;
    List<String> argv = new ArrayList<>(List.of(runc().toString(), "--root", "root"));
    argv.addAll(List.of(words));
    assertThat(program.program()).isEqualTo(runc());
    assertThat(program.argv()).isEqualTo(argv);
    assertThat(program.environment().variables())
        .isEqualTo(Environment.of(environment).variables());
    assertThat(out()).isEmpty();
    assertThat(err()).isEmpty();
  }

  Path runc() {
    return directory.resolve("runc");
  }

  Path root() {
    return directory.resolve("root");
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  List<String> logged() {
    return logged;
  }

  private static PrintStream stream(ByteArrayOutputStream target) {
    return new PrintStream(target, true, StandardCharsets.UTF_8);
  }

  private final class Lines implements Log {
    @Override
    public void debug(String message) {
      logged.add("debug " + message);
    }

    @Override
    public void info(String message) {
      logged.add("info " + message);
    }

    @Override
    public void warn(String message) {
      logged.add("warn " + message);
    }
  }
}
