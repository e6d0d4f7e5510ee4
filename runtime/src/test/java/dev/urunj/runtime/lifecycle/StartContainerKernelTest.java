package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.SideThreads;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.TestCaller;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Status;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is on the disk, and what the low-level runtime was asked, at each way that start can end.
@Needs(root = true, files = "/dev/net/tun")
class StartContainerKernelTest {
  @TempDir Path temp;
  private LifeOnFakes life;

  @BeforeEach
  void open() throws IOException {
    life = LifeOnFakes.in(temp);
  }

  @AfterEach
  void close() throws IOException {
    try (LifeOnFakes ending = life) {
      new DeleteContainer(ending.disk().caller()).delete("c1", true);
    }
  }

  private void start() throws IOException {
    new StartContainer(life.disk().caller()).start("c1");
  }

  @Test
  void containerRunsOnceItsMonitorSaysSo() throws IOException {
    life.create("c1");
    try (FakeMonitor monitor = FakeMonitor.willing(life.controlSocket("c1"))) {
      start();
      assertThat(monitor.heard()).containsExactly("query-status");
    }
    assertThat(life.lowLevel().calls()).containsExactly("runc create c1", "runc start c1");
    ContainerRecord record = life.disk().record("c1");
    assertThat(record.status()).isEqualTo(Status.RUNNING);
    assertThat(record.isAlive()).isTrue();
    assertThatThrownBy(this::start).hasMessage("cannot start an already running container");
  }

  @Test
  void refusalOfTheLowLevelRuntimeEndsTheMonitorAndStopsTheContainer() throws IOException {
    life.create("c1");
    life.lowLevel().refuse("start");
    assertThatThrownBy(this::start)
        .isInstanceOf(ContainerException.class)
        .hasMessageStartingWith("cannot start container c1: runc start failed (exit 1): no");
    assertStopped();
  }

  @Test
  void lowLevelRuntimeThatHangsIsTheSameAndTheLockIsFree() throws IOException {
    life.create("c1");
    life.lowLevel().hang("start");
    ContainerException overdue = catchThrowableOfType(ContainerException.class, this::start);
    assertThat(overdue).hasMessage("cannot start container c1: runc start did not end");
    assertThat(overdue.kind()).isEqualTo(FailureKind.TIMED_OUT);
    assertStopped();
    assertThat(life.disk().isFree("c1")).isTrue();
  }

  /// What it has begun is taken back without a deadline.
  @Test
  void callerThatNoLongerWaitsLeavesNothingHalfDone() throws IOException {
    life.create("c1");
    Caller late = TestCaller.until(Deadline.byTheKernel(Duration.ZERO), life.disk().caller());
    ContainerException overdue =
        catchThrowableOfType(ContainerException.class, () -> new StartContainer(late).start("c1"));
    assertThat(overdue.kind()).isEqualTo(FailureKind.TIMED_OUT);
    assertStopped();
    assertThat(life.disk().isFree("c1")).isTrue();
  }

  @Test
  void monitorThatIsRefusedIsEndedAndItsWordsAreTheError() throws IOException {
    life.create("c1");
    try (FakeMonitor _ = FakeMonitor.refusing(life.controlSocket("c1"))) {
      assertThatThrownBy(this::start)
          .hasMessage("cannot start container c1: QMP query-status: not now");
    }
    assertStopped();
  }

  @Test
  void containerWhoseProcessHasDiedIsStopped() throws IOException {
    life.create("c1");
    ContainerRecord record = life.disk().record("c1");
    try (Pidfd pidfd = requireNonNull(Pidfd.open(requireNonNull(record.process())))) {
      pidfd.signal(Signals.KILL);
      assertThat(pidfd.awaitExit(Duration.ofSeconds(20))).isTrue();
    }
    assertThatThrownBy(this::start).hasMessage("cannot start a container that has stopped");
    assertThat(life.disk().record("c1").status()).isEqualTo(Status.CREATED);
  }

  @Test
  void containerWhoseCreateWasCutOffIsNotStarted() throws IOException {
    life.disk().container("c1", Status.CREATING);
    assertThatThrownBy(this::start)
        .hasMessage("cannot start container c1: its create was cut off; delete it");
  }

  /// A process that serves many callers does not collect threads that hang.
  @Test
  void containerIsNotStartedWhereTooManyCopiesHang() throws Exception {
    life.create("c1");
    CountDownLatch answer = new CountDownLatch(1);
    Caller caller = life.disk().caller();
    SideThreads threads = caller.node().sideThreads();
    List<Thread> hanging = new ArrayList<>();
    for (int i = 0; i < threads.most(); i++) {
      hanging.add(requireNonNull(threads.start("hanging", () -> await(answer))));
    }
    assertThatThrownBy(() -> new StartContainer(caller).start("c1"))
        .hasMessageStartingWith("cannot start container c1: urunj copies files for 64 containers");
    assertStopped();
    answer.countDown();
    for (Thread thread : hanging) {
      thread.join();
    }
  }

  private static void await(CountDownLatch answer) {
    try {
      answer.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void unknownIdIsSaid() {
    assertThatThrownBy(this::start).hasMessage("container \"c1\" does not exist");
  }

  @Test
  void runThatFailsToStartDeletesTheContainer() throws IOException {
    life.lowLevel().refuse("start");
    RunContainer running = new RunContainer(life.disk().caller());
    assertThatThrownBy(
            () -> running.detached("c1", life.bundle(), life.choice(null), life.options()))
        .hasMessageContaining("runc start failed");
    assertThat(life.lowLevel().calls())
        .containsExactly("runc create c1", "runc start c1", "runc delete c1");
    assertThat(life.left()).isEmpty();
  }

  private void assertStopped() throws IOException {
    ContainerRecord record = life.disk().record("c1");
    assertThat(record.status()).isEqualTo(Status.STOPPED);
    assertThat(record.isAlive()).isFalse();
  }
}
