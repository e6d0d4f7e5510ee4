package dev.urunj.cli;

import dev.urunj.cli.verb.Outcome;
import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.clock.KernelClock;
import dev.urunj.linux.clock.MonotonicClock;
import dev.urunj.linux.process.Environment;
import dev.urunj.linux.process.Exec;
import dev.urunj.linux.process.Inheritance;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.Node;
import dev.urunj.runtime.host.Streams;
import dev.urunj.runtime.lifecycle.AttachedContainer;
import dev.urunj.runtime.lowlevel.SpawnedRuntimes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The entry point, and the door between a command and the process that it runs in: the only class
/// here that takes streams, environment and working directory from the process, that ends it, and
/// that makes another program of it.
///
/// The commands that machines call in a row (create, start, state, kill, delete) run in a JVM of
/// their own each time, so nothing here loads what a command does not need.
public final class Main {
  private Main() {}

  /// Not `System.exit`, because that looks for a logger of exits and loads 50 classes that no
  /// command needs. No command needs a shutdown hook after its end.
  public static void main(String[] args) {
    int code = run(List.of(args));
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }

  /// Runs one command. Does not return when the process becomes another program.
  ///
  /// @return the exit code
  static int run(List<String> words) {
    CommandLine command = new CommandLine(words, caller());
    Outcome outcome = command.run();
    try {
      return carryOut(outcome);
    } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
      return command.failed(e).code();
    }
  }

  /// The caller of this process.
  static Caller caller() {
    InstantSource clock = InstantSource.system();
    Streams streams = new Streams(System.in, System.out, System.err);
    Path process = Path.of("/proc/self");
    MonotonicClock monotonic = new KernelClock();
    return new Caller(
        new Node(
            Node.DIRECTORY,
            process,
            clock,
            monotonic,
            new SpawnedRuntimes(SpawnedRuntimes.PATIENCE)),
        Path.of("/run/urunj"),
        false,
        Inheritance.ofThisProcess(Environment.ofThisProcess(System.getenv())),
        Path.of(System.getProperty("user.dir", "/")),
        streams,
        process,
        CommandLog.onStandardError(streams, clock),
        clock.instant(),
        Deadline.never(monotonic));
  }

  private static int carryOut(Outcome outcome) throws IOException {
    if (outcome instanceof Outcome.Become program) {
      System.out.flush();
      System.err.flush();
      Exec.replace(program.program(), program.argv(), program.environment(), program.descriptors());
      throw new AssertionError("execve has returned");
    }
    if (outcome instanceof Outcome.Attached attached) {
      return attend(attached.container());
    }
    return ((Outcome.Exit) outcome).code();
  }

  /// Waits for the container's end. A signal that would end this process asks the guest to power
  /// down instead.
  private static int attend(AttachedContainer container) throws IOException {
    Relay relay = new Relay(container);
    Runtime.getRuntime().addShutdownHook(new Thread(relay, "urunj-signal"));
    try {
      relay.code = container.awaitEnd();
    } finally {
      relay.ended.countDown();
    }
    return relay.code;
  }

  /// Runs when a signal ends the JVM: asks the guest to power down, waits until the main thread has
  /// seen it end, and leaves with its status.
  private static final class Relay implements Runnable {
    private final AttachedContainer container;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int code = 1;

    Relay(AttachedContainer container) {
      this.container = container;
    }

    @Override
    public void run() {
      if (ended.getCount() == 0) {
        return; // the JVM ends because the container has
      }
      try {
        if (container.askToStop()) {
          ended.await();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      Runtime.getRuntime().halt(code);
    }
  }
}
