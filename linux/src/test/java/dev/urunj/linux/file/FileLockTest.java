package dev.urunj.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLockTest {
  @TempDir private Path directory;

  @Test
  void anotherOpenOfTheSameDirectoryIsExcludedUntilTheLockIsGivenBack() throws Exception {
    try (Fd first = OpenFile.directory(directory);
        Fd second = OpenFile.directory(directory)) {
      try (FileLock _ = FileLock.exclusive(first, Duration.ZERO)) {
        assertThatIOException()
            .isThrownBy(() -> FileLock.exclusive(second, Duration.ofMillis(30)))
            .withMessageStartingWith("lock on \"" + directory.toRealPath())
            .withMessageEndingWith("\" is held by another process; waited 30 ms");
      }
      FileLock.exclusive(second, Duration.ZERO).close();
    }
  }

  @Test
  void waiterGetsTheLockWhenItIsGivenBack() throws Exception {
    try (Fd first = OpenFile.directory(directory);
        Fd second = OpenFile.directory(directory)) {
      FileLock held = FileLock.exclusive(first, Duration.ZERO);
      Thread releaser =
          Thread.startVirtualThread(() -> {
            try {
              Thread.sleep(50);
              held.close();
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
      FileLock.exclusive(second, Duration.ofSeconds(10)).close();
      releaser.join();
    }
  }

  @Test
  void closingTheDescriptorGivesTheLockBack() throws Exception {
    Fd first = OpenFile.directory(directory);
    FileLock lock = FileLock.exclusive(first, Duration.ZERO);
    first.close();
    lock.close();
    try (Fd second = OpenFile.directory(directory)) {
      FileLock.exclusive(second, Duration.ZERO).close();
    }
  }

  @Test
  void interruptEndsTheWaiting() throws Exception {
    try (Fd first = OpenFile.directory(directory);
        Fd second = OpenFile.directory(directory);
        FileLock _ = FileLock.exclusive(first, Duration.ZERO)) {
      Thread.currentThread().interrupt();
      assertThatIOException()
          .isThrownBy(() -> FileLock.exclusive(second, Duration.ofSeconds(10)))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
