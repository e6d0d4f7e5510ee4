package dev.urunj.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  @TempDir Path temp;
  private StateDirectory directory;

  @BeforeEach
  void name() {
    directory = StateDirectory.of(temp.resolve("root"), "c1");
  }

  @Test
  void isMadeOnceAndForRootAlone() throws IOException {
    assertThat(directory.create()).isTrue();
    assertThat(directory.create()).isFalse();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
  }

  @Test
  void lockExcludesEveryOther() throws IOException {
    directory.create();
    try (StateDirectory.Lock lock = directory.lock()) {
      assertThat(lock).isNotNull();
      assertThat(directory.tryLock()).isNull();
    }
    try (StateDirectory.Lock lock = directory.tryLock()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void nobodyLocksWhatIsNotThere() throws IOException {
    assertThat(directory.lock()).isNull();
    assertThat(directory.tryLock()).isNull();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void whoeverWaitedForARemovedDirectoryGetsNoLock() throws Exception {
    directory.create();
    CompletableFuture<Boolean> waiter;
    try (StateDirectory.Lock _ = Objects.requireNonNull(directory.lock())) {
      waiter =
          CompletableFuture.supplyAsync(() -> {
            try (StateDirectory.Lock lock = directory.lock()) {
              return lock == null;
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      Thread.sleep(50);
      directory.remove();
      directory.create(); // the next container of that name
    }
    assertThat(waiter.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void symbolicLinkIsNoStateDirectory() throws IOException {
    Path victim = Files.createDirectories(temp.resolve("victim"));
    Files.writeString(victim.resolve("file"), "kept");
    Files.createDirectories(temp.resolve("root"));
    Files.createSymbolicLink(directory.path(), victim);
    assertThat(directory.exists()).isFalse();
    assertThat(directory.create()).isFalse();
    assertThat(directory.lock()).isNull();
    directory.remove();
    assertThat(victim.resolve("file")).exists();
  }

  @Test
  void removalDoesNotFollowSymbolicLinks() throws IOException {
    Path victim = Files.createDirectories(temp.resolve("victim"));
    Files.writeString(victim.resolve("file"), "kept");
    directory.create();
    Path inner = Files.createDirectories(directory.bundle().resolve("rootfs"));
    Files.createSymbolicLink(inner.resolve("lib"), victim);
    Files.createSymbolicLink(inner.resolve("dangling"), Path.of("/nowhere"));
    Files.createSymbolicLink(directory.launch(), victim.resolve("file"));
    directory.remove();
    assertThat(directory.path()).doesNotExist();
    assertThat(victim.resolve("file")).hasContent("kept");
  }

  @Test
  void removalCanBeRepeated() throws IOException {
    directory.create();
    directory.remove();
    directory.remove();
    assertThat(directory.exists()).isFalse();
  }

  @Test
  void directoryOfAMakerThatWasKilledAtOnceIsEmpty() throws IOException {
    directory.create();
    assertThat(directory.isEmpty()).isTrue();
    Files.writeString(directory.path().resolve(RecordFile.NEXT), "{\"sche");
    assertThat(directory.isEmpty()).as("a record that was never put in place").isTrue();
    Files.writeString(directory.path().resolve("state.json"), "{}");
    assertThat(directory.isEmpty()).as("a container of the low-level runtime").isFalse();
  }
}
