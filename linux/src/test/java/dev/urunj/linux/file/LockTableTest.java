package dev.urunj.linux.file;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.clock.Deadline;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class LockTableTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final LockTable table = new LockTable();

  @Test
  void threadsHaveTheirTurnsInTheOrderInWhichTheyCame() throws Exception {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> waiting = new ArrayList<>();
    try (LockTable.Turn _ = table.await("one", in(LONG))) {
      for (int i = 0; i < 5; i++) {
        int number = i;
        Thread next =
            started(() -> {
              try (LockTable.Turn _ = table.await("one", in(LONG))) {
                return order.add(number);
              }
            });
        waiting.add(next);
        awaitWaiting(next);
      }
      assertThat(order).isEmpty();
    }
    for (Thread each : waiting) {
      each.join();
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
    assertThat(table.size()).isZero();
  }

  @Test
  void otherKeysAreNotInTheWay() throws Exception {
    try (LockTable.Turn _ = table.await("one", in(LONG))) {
      FutureTask<Boolean> other =
          new FutureTask<>(() -> {
            try (LockTable.Turn turn = table.tryTake("two")) {
              return turn != null;
            }
          });
      Thread thread = new Thread(other);
      thread.start();
      assertThat(other.get()).isTrue();
    }
    assertThat(table.size()).isZero();
  }

  @Test
  void deadlineEndsTheWait() throws Exception {
    try (LockTable.Turn _ = table.await("one", in(LONG))) {
      FutureTask<Boolean> second =
          new FutureTask<>(() -> {
            assertThat(table.tryTake("one")).isNull();
            assertThatThrownBy(() -> table.await("one", in(Duration.ofMillis(1))))
                .isInstanceOf(LockTimeoutException.class)
                .hasMessage("lock on one is held by another request of this process for too long");
            return true;
          });
      Thread thread = new Thread(second);
      thread.start();
      assertThat(second.get()).isTrue();
      assertThat(table.size()).isEqualTo(1);
    }
    assertThat(table.size()).isZero();
    requireNonNull(table.tryTake("one")).close();
  }

  @Test
  void interruptEndsTheWait() throws Exception {
    try (LockTable.Turn _ = table.await("one", in(LONG))) {
      FutureTask<Boolean> second =
          new FutureTask<>(() -> {
            assertThatThrownBy(() -> table.await("one", in(LONG)))
                .isInstanceOf(InterruptedIOException.class);
            return Thread.currentThread().isInterrupted();
          });
      Thread thread = new Thread(second);
      thread.start();
      awaitWaiting(thread);
      thread.interrupt();
      assertThat(second.get()).isTrue();
    }
    assertThat(table.size()).isZero();
  }

  private static Deadline in(Duration timeout) {
    return Deadline.byTheKernel(timeout);
  }

  private static Thread started(Callable<Boolean> task) {
    Thread thread = new Thread(new FutureTask<>(task));
    thread.start();
    return thread;
  }

  private static void awaitWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
  }
}
