package dev.urunj.e2e.toy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The life of a monitor that opens its TAP by its name, has no control socket and reads a JSON
/// file. It runs as a user without any right, so the TAP must be its own.
@EndToEnd
class ToyEndToEndTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int USER = 4711;
  private static ToyDistribution distribution;

  private Node node;
  private Urunj urunj;
  private Pod pod;

  @BeforeAll
  static void makeDistribution() throws IOException {
    distribution = ToyDistribution.make();
  }

  @BeforeEach
  void open() throws IOException {
    node = Node.start();
    urunj = Urunj.of(node, distribution.launcher(), ToyDistribution.path());
    pod = node.pod("pod");
  }

  @AfterEach
  void close() throws IOException {
    try (Node _ = node) {
      urunj.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fabric", "redirect"})
  void toyIsPingedThroughItsPodAndStops(String mode) throws IOException {
    Container toy = urunj.create(toy("toy").annotation("dev.urunj.network.mode", mode));
    assertThat(tap("tap0_urunc"))
        .contains("\"persist\":true", "\"vnet_hdr\":false", "\"user\":" + USER);
    toy.start();
    assertThat(toy.status()).isEqualTo("running");
    assertThat(tap("tap0_urunc")).contains("\"persist\":false").doesNotContain("NO-CARRIER");
    ping();
    toy.kill("TERM");
    toy.awaitStatus("stopped", SOON);
    assertThat(toy.exitStatus(SOON)).isZero();
    assertThat(pod.taps()).isEmpty();
    toy.kill("KILL");
    toy.delete();
    urunj.assertNothingLeft();
    pod.assertUntouched();
  }

  @Test
  void tapDiesWithItsMonitorWithoutAnyCommand() throws IOException {
    Container toy = urunj.create(toy("toy")).start();
    toy.crash();
    awaitNoTap();
    toy.delete();
    pod.assertUntouched();
  }

  @Test
  void toyThatWasNeverStartedLeavesNoTap() throws IOException {
    Container killed = urunj.create(toy("toy"));
    killed.kill("KILL");
    assertThat(pod.taps()).isEmpty();
    killed.delete();
    pod.assertUntouched();
    Container crashed = urunj.create(toy("toy"));
    crashed.crash();
    assertThat(pod.taps()).as("no command has run yet").isEqualTo("tap0_urunc");
    crashed.delete();
    pod.assertUntouched();
    Container swept = urunj.create(toy("toy"));
    swept.crash();
    assertThat(urunj.command("gc", "--apply").orFail()).contains("dead-network", "removed");
    assertThat(pod.taps()).isEmpty();
    swept.delete();
    pod.assertUntouched();
  }

  @Test
  void startOfAMonitorThatEndsAtOnceFailsInItsOwnWords() throws IOException {
    Container toy = urunj.create(toy("broken"));
    Result started = toy.tryStart();
    assertThat(started.exitCode()).isEqualTo(1);
    assertThat(started.stderr()).contains("urunj-toy: its kernel is broken");
    assertThat(pod.taps()).isEmpty();
    assertThat(toy.status()).isEqualTo("stopped");
    toy.delete();
    pod.assertUntouched();
  }

  @Test
  void guestBesideOneThatWaitsForItsMonitorTakesItForNoOrphan() throws Exception {
    Container slow = urunj.create(toy("slow").annotation("dev.urunj.ports", "80/tcp"));
    Container beside = urunj.create(toy("toy").annotation("dev.urunj.ports", "81/tcp"));
    assertThat(pod.taps().lines()).containsExactly("tap0_urunc", "tap1_urunc");
    Process start = begin("start", slow.id());
    Node.pause(300);
    beside.start();
    assertThat(start.waitFor()).as("start of the slow one").isZero();
    assertThat(tap("tap0_urunc")).contains("\"persist\":false").doesNotContain("NO-CARRIER");
    assertThat(tap("tap1_urunc")).contains("\"persist\":false").doesNotContain("NO-CARRIER");
    Container third = urunj.create(toy("toy").annotation("dev.urunj.ports", "82/tcp")).start();
    for (Container each : new Container[] {slow, third, beside}) {
      assertThat(each.status()).isEqualTo("running");
      each.end();
    }
    pod.assertUntouched();
  }

  @Test
  void guestThatWantsThePodForItselfIsRefusedBesideOneThatWaits() throws IOException {
    Container first = urunj.create(toy("toy"));
    BundleBuilder wants = toy("toy").annotation("dev.urunj.network.mode", "redirect");
    Container second = urunj.tryCreate(Target.unique(), wants.build());
    assertThat(second.awaitCreate(SOON)).isEqualTo(1);
    assertThat(second.stderr())
        .contains("tap0_urunc is in use: it waits for its monitor", first.id());
    assertThat(pod.taps()).isEqualTo("tap0_urunc");
    first.start();
    ping();
    first.end();
    pod.assertUntouched();
  }

  /// The name of a TAP that has died with its monitor is free, and belongs to the next container.
  @Test
  void deleteOfADeadGuestLeavesTheTapOfItsSuccessorThatWaits() throws IOException {
    Container dead = urunj.create(toy("toy")).start();
    dead.crash();
    awaitNoTap();
    Container successor = urunj.create(toy("toy"));
    assertThat(pod.taps()).isEqualTo("tap0_urunc");
    dead.kill("KILL");
    assertThat(urunj.command("gc", "--apply").exitCode()).isZero();
    dead.delete();
    assertThat(pod.taps()).isEqualTo("tap0_urunc");
    successor.start();
    ping();
    successor.end();
    pod.assertUntouched();
  }

  /// Its TAP is an orphan as soon as the process has died that was to become its monitor.
  @Test
  void orphanOfADeadGuestIsRemovedByTheNextCreate() throws IOException {
    Container dead = urunj.create(toy("toy"));
    dead.crash();
    Container next = urunj.create(toy("toy")).start();
    assertThat(pod.taps()).isEqualTo("tap0_urunc");
    ping();
    dead.delete();
    assertThat(pod.taps()).isEqualTo("tap0_urunc");
    next.end();
    pod.assertUntouched();
  }

  private BundleBuilder toy(String kernel) throws IOException {
    return ToyBundle.of(pod, kernel).user(USER, USER);
  }

  private void ping() throws IOException {
    node.run("ping", "-c", "1", "-i", "0.2", "-w", "5", pod.address()).orFail();
  }

  private String tap(String name) throws IOException {
    return pod.run("ip", "-d", "-j", "link", "show", "dev", name).orFail();
  }

  private void awaitNoTap() throws IOException {
    long end = System.nanoTime() + SOON.toNanos();
    while (!pod.taps().isEmpty()) {
      assertThat(System.nanoTime()).as("a TAP is left: %s", pod.taps()).isLessThan(end);
      Node.pause(10);
    }
  }

  private Process begin(String... words) throws IOException {
    String[] line = urunj.line(words).toArray(String[]::new);
    return new ProcessBuilder(node.inside().enter(line))
        .redirectErrorStream(true)
        .redirectOutput(Files.createFile(Target.scratch().resolve("output")).toFile())
        .start();
  }
}
