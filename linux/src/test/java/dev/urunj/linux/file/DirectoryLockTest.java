package dev.urunj.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  private static final Duration MOMENT = Duration.ofMillis(50);

  @TempDir Path parent;
  private Path directory;

  @BeforeEach
  void make() throws IOException {
    directory = Files.createDirectory(parent.resolve("one"));
  }

  @Test
  void oneHasItAtATime() throws IOException {
    try (DirectoryLock held = DirectoryLock.tryExclusive(directory)) {
      assertThat(held).isNotNull();
      assertThat(DirectoryLock.tryExclusive(directory)).isNull();
      assertThatThrownBy(() -> DirectoryLock.exclusive(directory, MOMENT))
          .isInstanceOf(IOException.class);
    }
    Objects.requireNonNull(DirectoryLock.tryExclusive(directory)).close();
  }

  @Test
  void whatIsNoDirectoryIsNotLocked() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));
    Path link = Files.createSymbolicLink(parent.resolve("link"), directory);
    for (Path path : new Path[] {file, link, parent.resolve("missing")}) {
      assertThat(DirectoryLock.exclusive(path, MOMENT)).isNull();
    }
  }

  @Test
  void directoryThatWentWhileSomebodyWaitedIsNotLocked() throws Exception {
    CompletableFuture<Boolean> waiting;
    try (DirectoryLock _ = DirectoryLock.tryExclusive(directory)) {
      waiting =
          CompletableFuture.supplyAsync(() -> {
            try (DirectoryLock late = DirectoryLock.exclusive(directory, Duration.ofSeconds(20))) {
              return late == null;
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      Thread.sleep(MOMENT);
      Files.move(directory, parent.resolve("gone"));
      Files.createDirectory(directory);
    }
    assertThat(waiting.get()).isTrue();
  }
}
