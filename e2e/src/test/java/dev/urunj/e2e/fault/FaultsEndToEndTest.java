package dev.urunj.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Any process may die at any moment and any call may fail: the next command brings everything
/// back. By itself this takes three minutes; `./soak` sets the properties.
@EndToEnd
class FaultsEndToEndTest {
  private static final int MINUTES = 3;
  private static final int DAY = 24 * 60;

  @Test
  void whateverDiesAndWheneverNothingIsLeft() throws IOException {
    int faults = Integer.getInteger("urunj.soak.faults", 0);
    int minutes = Integer.getInteger("urunj.soak.minutes", faults == 0 ? MINUTES : DAY);
    long seed = Long.getLong("urunj.soak.seed", System.nanoTime() & 0xffff_ffffL);
    String only = System.getProperty("urunj.soak.fault");
    long begin = System.nanoTime();
    Soak soak = new Soak(faults, Duration.ofMinutes(minutes));
    FaultTally tally = only == null ? soak.run(seed) : soak.only(Fault.parse(only));
    long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    String result = result(soak, tally, seed, seconds);
    System.out.println(result);
    String file = System.getProperty("urunj.soak.result");
    if (file != null) {
      Files.writeString(Path.of(file), result);
    }
    assertThat(tally.failures()).as("faults with seed %d", seed).isEmpty();
  }

  private static String result(Soak soak, FaultTally tally, long seed, long seconds)
      throws IOException {
    return """

    %s, seed %d: %s, in %d min on %d processors. Linux %s, %s, QEMU without KVM.

    %s
    %s
    """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            seed,
            tally.line(),
            seconds / 60,
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            version("runc"),
            soak.calls(),
            tally.table());
  }

  private static String version(String program) throws IOException {
    List<String> line = List.of(program, "--version");
    return Programs.run(Duration.ofSeconds(10), line).orFail().lines().findFirst().orElse(program);
  }
}
