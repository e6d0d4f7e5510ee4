package dev.urunj.runtime.container;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.urunj.linux.clock.Deadline;
import dev.urunj.linux.file.LockTimeoutException;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.TestCaller;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.DamagedException;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerTest {
  @TempDir Path temp;
  private Container container;

  @BeforeEach
  void name() {
    container = Container.of(TestCaller.under(temp), "c1");
  }

  private void begin() throws IOException {
    requireNonNull(container.claim(begun())).close();
  }

  private static ContainerRecord begun() {
    return ContainerRecord.begun("c1", Path.of("/b"), "2026-11-27T12:00:00Z", new JsonObject());
  }

  @Test
  void unknownIdIsAnErrorOrNothing() throws IOException {
    assertThatThrownBy(container::record)
        .isInstanceOf(ContainerException.class)
        .hasMessage("container \"c1\" does not exist");
    assertThatThrownBy(container::hold).hasMessage("container \"c1\" does not exist");
    assertThat(container.holdIfThere()).isNull();
  }

  /// It is another program's, and stays as it is.
  @Test
  void directoryWithoutARecordIsNoContainerAndIsNotHeld() throws IOException {
    Files.createDirectory(temp.resolve("c1"));
    assertThat(container.holdIfThere()).isNull();
    assertFree();
  }

  @Test
  void heldContainerIsNoOthersUntilItIsClosed() throws IOException {
    begin();
    try (HeldContainer _ = container.hold()) {
      assertThat(container.directory().tryLock()).isNull();
    }
    assertFree();
  }

  @Test
  void claimedContainerIsHeldWithTheRecordItBeganWith() throws IOException {
    try (HeldContainer held = requireNonNull(container.claim(begun()))) {
      assertThat(held.record()).isEqualTo(container.record());
      assertThat(container.directory().tryLock()).isNull();
      assertThat(container.claim(begun())).isNull();
    }
    assertFree();
  }

  @Test
  void commandThatDoesNotWaitGetsAContainerOnlyIfItIsFree() throws IOException {
    assertThat(container.tryHold()).isNull();
    begin();
    try (HeldContainer held = requireNonNull(container.tryHold())) {
      assertThat(held.id()).isEqualTo("c1");
      assertThat(container.tryHold()).isNull();
    }
    assertFree();
  }

  /// `delete` and `gc` take the lock before they know what is in the directory.
  @Test
  void lockThatWasTakenBeforeStaysItsOwners() throws IOException {
    begin();
    try (ContainerLock lock = requireNonNull(container.tryLock())) {
      HeldContainer held = requireNonNull(container.under(lock));
      held.write(held.record().with(Status.STOPPED));
      assertThat(requireNonNull(container.under(lock)).record().status()).isEqualTo(Status.STOPPED);
      Files.delete(temp.resolve("c1/urunj.json"));
      assertThat(container.under(lock)).isNull();
      assertThat(container.directory().tryLock()).isNull();
    }
    assertFree();
  }

  @Test
  void recordWithoutAMonitorNamesNoLowLevelRuntime() throws IOException {
    begin();
    try (HeldContainer held = container.hold()) {
      assertThatThrownBy(held::lowLevel)
          .isInstanceOf(ContainerException.class)
          .hasMessage("container \"c1\": its record names no low-level runtime");
    }
  }

  @Test
  void heldContainerIsNoOtherThreadsEither() throws Exception {
    begin();
    FutureTask<Status> other =
        new FutureTask<>(() -> {
          assertThat(container.tryHold()).isNull();
          try (HeldContainer held = container.hold()) {
            return held.record().status();
          }
        });
    Thread thread = new Thread(other);
    try (HeldContainer held = container.hold()) {
      thread.start();
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.sleep(1);
      }
      held.write(held.record().with(Status.STOPPED));
    }
    assertThat(other.get()).isEqualTo(Status.STOPPED);
    assertFree();
  }

  @Test
  void lockIsNotWaitedForLongerThanItsCallerWaits() throws IOException {
    begin();
    Deadline passed = Deadline.byTheKernel(Duration.ZERO);
    try (HeldContainer _ = container.hold()) {
      Container elsewhere = Container.of(TestCaller.until(passed, TestCaller.under(temp)), "c1");
      assertThatThrownBy(elsewhere::hold).isInstanceOf(LockTimeoutException.class);
    }
    Container late = Container.of(TestCaller.until(passed, container.caller()), "c1");
    try (HeldContainer held = late.hold()) { // a free lock needs no wait
      assertThat(held.patient().caller().deadline().hasPassed()).isFalse();
    }
  }

  @Test
  void recordIsTheOneOnTheDisk() throws IOException {
    begin();
    try (HeldContainer held = container.hold()) {
      assertThat(held.record()).isEqualTo(container.record());
      held.write(held.record().with(Status.STOPPED));
      assertThat(held.record().status()).isEqualTo(Status.STOPPED);
    }
    assertThat(container.record().status()).isEqualTo(Status.STOPPED);
  }

  @Test
  void damagedRecordIsAnErrorThatLeavesTheLock() throws IOException {
    begin();
    Files.writeString(temp.resolve("c1/urunj.json"), "{");
    assertThatThrownBy(container::hold).isInstanceOf(DamagedException.class);
    assertFree();
  }

  private void assertFree() throws IOException {
    try (StateDirectory.Lock lock = container.directory().tryLock()) {
      assertThat(lock).isNotNull();
    }
  }
}
