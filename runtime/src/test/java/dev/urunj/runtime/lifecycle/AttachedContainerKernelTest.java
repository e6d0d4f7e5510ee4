package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ExitRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As root, because it is refused to others to take a mount off, even where there is none.
@Needs(root = true)
class AttachedContainerKernelTest {
  @TempDir Path temp;
  private final Processes processes = new Processes();
  private StateOnDisk state;

  @BeforeEach
  void open() {
    state = new StateOnDisk(temp);
  }

  @AfterEach
  void close() throws IOException {
    try (processes) {
      state.close();
    }
  }

  private AttachedContainer attached(boolean keep) {
    return new AttachedContainer(state.caller(), "c1", keep, null);
  }

  @Test
  void exitStatusIsTheMonitorsAndIsRecordedWithItsTime() throws IOException {
    Instant before = Instant.now();
    container("exit 7");
    assertThat(attached(true).awaitEnd()).isEqualTo(7);
    ContainerRecord record = state.record("c1");
    ExitRecord exit = requireNonNull(record.exit());
    assertThat(exit.status()).isEqualTo(7);
    assertThat(Instant.parse(exit.time())).isBetween(before, Instant.now());
    assertThat(record.currentStatus()).isEqualTo(Status.STOPPED);
  }

  /// Whether the pod's network is taken back is what `stopped` in the record says.
  @Test
  void endThatIsRecordedTakesNothingBack() throws IOException {
    container("exit 0");
    attached(true).awaitEnd();
    assertThat(state.record("c1").status()).isEqualTo(Status.RUNNING);
    assertThat(state.lowLevel().calls()).isEmpty();
  }

  @Test
  void signalThatKilledItIsAsAShellHasIt() throws IOException {
    container("kill -KILL $$");
    assertThat(attached(true).awaitEnd()).isEqualTo(128 + 9);
    assertThat(requireNonNull(state.record("c1").exit()).status()).isEqualTo(128 + 9);
  }

  @Test
  void withoutKeepItIsDeleted() throws IOException {
    container("exit 3");
    assertThat(attached(false).awaitEnd()).isEqualTo(3);
    assertThat(temp).isEmptyDirectory();
  }

  /// Another container may have the id by the time that this one has ended.
  @Test
  void exitOfAnotherContainerIsNotRecorded() throws IOException {
    StateDirectory directory = container("sleep 0.3; exit 5");
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              try {
                Thread.sleep(100);
                directory.write(
                    state.record("c1").with(requireNonNull(ProcessIdentity.of((int) ownPid()))));
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(attached(true).awaitEnd()).isEqualTo(5);
    assertThat(state.record("c1").exit()).isNull();
    assertThat(other.isAlive()).isFalse();
  }

  /// It can be taken only once, so the caller gets it even then.
  @Test
  void exitThatCannotBeRecordedIsStillTheCallers() throws IOException {
    StateDirectory directory = container("exit 4");
    Files.createDirectories(directory.path().resolve("urunj.json.next/full"));
    assertThat(attached(true).awaitEnd()).isEqualTo(4);
    assertThat(state.said())
        .singleElement()
        .asString()
        .startsWith("warn the exit status was not recorded: ");
  }

  @Test
  void unknownIdIsSaid() {
    assertThatThrownBy(() -> attached(true).awaitEnd())
        .hasMessage("container \"c1\" does not exist");
  }

  @Test
  void requestToStopThatCannotBePassedOnIsSaid() {
    assertThat(attached(true).askToStop()).isFalse();
    assertThat(state.said())
        .containsExactly(
            "warn the request to stop was not passed on: container \"c1\" does not exist");
  }

  private StateDirectory container(String script) throws IOException {
    return state.container("c1", Status.RUNNING, processes.start(script));
  }

  private static long ownPid() {
    return ProcessHandle.current().pid();
  }
}
