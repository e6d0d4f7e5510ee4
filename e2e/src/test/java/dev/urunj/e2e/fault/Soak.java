package dev.urunj.e2e.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// A run of faults: workers, each on a ground of its own, take one after the other from a plan. A
/// ground where something went wrong is left and another one made.
final class Soak {
  private static final int WORKERS = 2;
  private static final int LIVES_PER_PROOF = 25;
  private static final int TOO_MANY_FAILURES = 25;
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  private final FaultTally tally = new FaultTally();
  private final AtomicInteger taken = new AtomicInteger();
  private final long endNanos;
  private volatile int faults;
  private Map<Scene, CallCounts> counts = Map.of();
  private final long beginNanos = System.nanoTime();

  static final int ONE_ROUND = -1;

  /// @param faults how many; 0: until the time is over; or [#ONE_ROUND]
  /// @param limit how long at most
  Soak(int faults, Duration limit) {
    this.faults = faults;
    this.endNanos = beginNanos + limit.toNanos();
  }

  /// Runs the faults of a plan.
  FaultTally run(long seed) throws IOException {
    counts = count();
    FaultPlan plan = new FaultPlan(counts, seed);
    say("seed " + seed + ", one round has " + plan.left() + " faults");
    if (faults == ONE_ROUND) {
      faults = plan.left();
    }
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS + 1)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        all.add(
            workers.submit(() -> {
              work(plan);
              return null;
            }));
      }
      Future<?> reporter = workers.submit(this::report);
      for (Future<?> worker : all) {
        join(worker);
      }
      reporter.cancel(true);
    }
    say(tally.line());
    return tally;
  }

  private static void join(Future<?> worker) throws IOException {
    try {
      worker.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /// One fault alone, as often as is asked.
  FaultTally only(Fault fault) throws IOException {
    while (!isOver()) {
      try (Ground ground = Ground.make()) {
        live(ground, fault, Recovery.of(ground));
      }
    }
    return tally;
  }

  /// The calls at which faults come, in Markdown.
  String calls() {
    StringBuilder table = new StringBuilder();
    table.append(
        "| calls that change something | by urunj | by runc | by the monitor | faults |\n");
    table.append("|---|---:|---:|---:|---:|\n");
    counts.forEach((scene, calls) ->
        table.append(
            "| %s | %d | %d | %d | %d |\n"
                .formatted(
                    scene.word(),
                    calls.urunj(),
                    calls.runtime(),
                    calls.monitor(),
                    tally.injected(scene))));
    return table.toString();
  }

  private boolean isOver() {
    return System.nanoTime() > endNanos
        || tally.failed() >= TOO_MANY_FAILURES
        || (faults > 0 && taken.getAndIncrement() >= faults);
  }

  private static Map<Scene, CallCounts> count() throws IOException {
    Map<Scene, CallCounts> counts = new EnumMap<>(Scene.class);
    try (Ground ground = Ground.make()) {
      for (Scene scene : Scene.values()) {
        CallCounts calls =
            scene == Scene.HANGING ? CallCounts.NONE : FaultedLife.count(ground, scene);
        counts.put(scene, calls);
      }
    }
    say("calls that change something: " + counts);
    return counts;
  }

  private void work(FaultPlan plan) throws IOException {
    while (!isOver()) {
      try (Ground ground = Ground.make()) {
        Thread interrupted = new Thread(ground::giveUpEverything);
        Runtime.getRuntime().addShutdownHook(interrupted);
        stay(ground, plan);
        Runtime.getRuntime().removeShutdownHook(interrupted);
      }
    }
  }

  /// Until something goes wrong.
  private void stay(Ground ground, FaultPlan plan) throws IOException {
    Recovery recovery = Recovery.of(ground);
    int lives = 0;
    do {
      Fault fault = plan.next();
      if (!live(ground, fault, recovery)) {
        return;
      }
      if (++lives % LIVES_PER_PROOF == 0) {
        FaultedLife.prove(ground);
      }
    } while (!isOver());
  }

  private boolean live(Ground ground, Fault fault, Recovery recovery) throws IOException {
    try {
      Outcome outcome = FaultedLife.live(ground, fault, recovery);
      tally.add(outcome);
      return true;
    } catch (AssertionError e) {
      tally.fail(fault, String.valueOf(e.getMessage()));
      say("FAILED: ./soak --fault " + fault + "\n" + e.getMessage());
      return false;
    }
  }

  private void report() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(PROGRESS);
      } catch (InterruptedException _) {
        return;
      }
      say(Duration.ofNanos(System.nanoTime() - beginNanos).toSeconds() + " s: " + tally.line());
    }
  }

  private static void say(String words) {
    words.lines().forEach(line -> System.out.println("soak: " + line));
  }
}
