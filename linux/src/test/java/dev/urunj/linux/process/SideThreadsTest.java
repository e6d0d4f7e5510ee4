package dev.urunj.linux.process;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SideThreadsTest {
  private final CountDownLatch end = new CountDownLatch(1);

  @Test
  void oneTaskMoreThanThereMayBeIsNotBegun() throws Exception {
    SideThreads threads = new SideThreads(2);
    Thread first = requireNonNull(threads.start("first", this::hang));
    Thread second = requireNonNull(threads.start("second", this::hang));
    assertThat(threads.start("third", this::hang)).isNull();
    end.countDown();
    first.join();
    second.join();
    Thread next = requireNonNull(threads.start("next", this::hang));
    next.join();
  }

  @Test
  void taskThatFailsGivesItsThreadBack() throws Exception {
    SideThreads threads = new SideThreads(1);
    Thread failing =
        requireNonNull(
            threads.start(
                "failing",
                () -> {
                  Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
                  throw new IllegalStateException("on purpose");
                }));
    failing.join();
    assertThat(threads.start("next", () -> {})).isNotNull();
  }

  /// The process ends without waiting for a task that hangs.
  @Test
  void threadsAreNamedDaemonsOfTheKernel() throws Exception {
    SideThreads threads = new SideThreads(1);
    Thread thread = requireNonNull(threads.start("files of the host", this::hang));
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.isVirtual()).isFalse();
    assertThat(thread.getName()).isEqualTo("files of the host");
    end.countDown();
    thread.join();
  }

  private void hang() {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
