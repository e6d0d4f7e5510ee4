package dev.urunj.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.file.OpenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path temp;
  private StateDirectory directory;

  @BeforeEach
  void name() {
    directory = StateDirectory.of(temp.resolve("root"), "c1");
  }

  private static ContainerRecord record() {
    return ContainerRecord.begun(
        "c1", Path.of("/b"), "2026-11-21T05:00:00Z", new com.google.gson.JsonObject());
  }

  private void claim() throws IOException {
    Objects.requireNonNull(directory.claim(record())).close();
  }

  @Test
  void isClaimedOnceAndForRootAlone() throws IOException {
    claim();
    assertThat(directory.claim(record())).isNull();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
    assertThat(directory.record()).isEqualTo(record());
  }

  @Test
  void claimIsLocked() throws IOException {
    try (StateDirectory.Lock _ = directory.claim(record())) {
      assertThat(directory.tryLock()).isNull();
    }
    try (StateDirectory.Lock lock = directory.tryLock()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void emptyDirectoryOfTheNameIsSomebodyElses() throws IOException {
    Files.createDirectories(directory.path());
    assertThat(directory.claim(record())).isNull();
    assertThat(directory.path()).isEmptyDirectory();
    assertThat(names()).containsExactly("c1");
  }

  @Test
  void ofManyWhoClaimAtOnceOneGetsIt() throws Exception {
    int rounds = 20;
    for (int round = 0; round < rounds; round++) {
      List<CompletableFuture<Boolean>> claims = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        claims.add(CompletableFuture.supplyAsync(this::claimed));
      }
      int won = 0;
      for (CompletableFuture<Boolean> claim : claims) {
        won += claim.get(20, TimeUnit.SECONDS) ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
      assertThat(names()).containsExactly("c1");
      directory.remove();
    }
  }

  private boolean claimed() {
    try (StateDirectory.Lock lock = StateDirectory.of(temp.resolve("root"), "c1").claim(record())) {
      return lock != null;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatKilledCommandsLeftOnTheWayInAndOutIsRemovedFirst() throws IOException {
    Path incoming = Files.createDirectories(temp.resolve("root/@new.c1"));
    Files.writeString(incoming.resolve(RecordFile.NEXT), "{\"sche");
    Path outgoing = Files.createDirectories(temp.resolve("root/@old.c1/bundle/rootfs"));
    Files.writeString(outgoing.resolve("file"), "");
    claim();
    assertThat(names()).containsExactly("c1");
  }

  @Test
  void whoIsOnTheWayOutHoldsTheId() throws IOException {
    Path outgoing = Files.createDirectories(temp.resolve("root/@old.c1"));
    try (Fd descriptor = OpenFile.directory(outgoing);
        FileLock _ = FileLock.exclusive(descriptor, Duration.ZERO)) {
      assertThat(directory.claim(record())).isNull();
      assertThat(outgoing).exists();
    }
  }

  @Test
  void fileInTheWayIsSaid() throws IOException {
    Files.createDirectories(temp.resolve("root"));
    Files.writeString(temp.resolve("root/@new.c1"), "");
    assertThatIOException()
        .isThrownBy(() -> directory.claim(record()))
        .withMessageEndingWith(
            "/@new.c1: is not a directory; expected one of urunj's own, or nothing");
  }

  private List<String> names() {
    return List.of(Objects.requireNonNull(temp.resolve("root").toFile().list()));
  }

  @Test
  void lockExcludesEveryOther() throws IOException {
    claim();
    try (StateDirectory.Lock lock = directory.lock(PATIENCE)) {
      assertThat(lock).isNotNull();
      assertThat(directory.tryLock()).isNull();
    }
    try (StateDirectory.Lock lock = directory.tryLock()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void nobodyLocksWhatIsNotThere() throws IOException {
    assertThat(directory.lock(PATIENCE)).isNull();
    assertThat(directory.tryLock()).isNull();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void whoeverWaitedForARemovedDirectoryGetsNoLock() throws Exception {
    claim();
    CompletableFuture<Boolean> waiter;
    try (StateDirectory.Lock _ = Objects.requireNonNull(directory.lock(PATIENCE))) {
      waiter =
          CompletableFuture.supplyAsync(() -> {
            try (StateDirectory.Lock lock = directory.lock(PATIENCE)) {
              return lock == null;
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      Thread.sleep(50);
      directory.remove();
      claim(); // the next container of that name
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
    assertThat(directory.claim(record())).isNull();
    assertThat(directory.lock(PATIENCE)).isNull();
    directory.remove();
    assertThat(victim.resolve("file")).exists();
  }

  @Test
  void removalDoesNotFollowSymbolicLinks() throws IOException {
    Path victim = Files.createDirectories(temp.resolve("victim"));
    Files.writeString(victim.resolve("file"), "kept");
    claim();
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
    claim();
    directory.remove();
    directory.remove();
    assertThat(directory.exists()).isFalse();
  }
}
