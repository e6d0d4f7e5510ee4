package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PauseContainerTest {
  @TempDir Path temp;
  private StateOnDisk state;

  @BeforeEach
  void open() {
    state = new StateOnDisk(temp);
  }

  @AfterEach
  void close() {
    state.close();
  }

  private PauseContainer pausing() {
    return new PauseContainer(state.caller());
  }

  @Test
  void pauseFreezesAndIsRecorded() throws IOException {
    state.container("c1", Status.RUNNING);
    pausing().pause("c1");
    assertThat(state.lowLevel().calls()).containsExactly("runc pause c1");
    assertThat(state.record("c1").status()).isEqualTo(Status.PAUSED);
  }

  @Test
  void resumeThawsAndIsRecorded() throws IOException {
    state.container("c1", Status.PAUSED);
    pausing().resume("c1");
    assertThat(state.lowLevel().calls()).containsExactly("runc resume c1");
    assertThat(state.record("c1").status()).isEqualTo(Status.RUNNING);
  }

  /// The monitor here has no control socket, so it gets the request as a signal.
  @Test
  void requestToStopThatWaitedIsDeliveredByTheResume() throws Exception {
    Files.createFile(state.container("c1", Status.PAUSED).stopRequest());
    pausing().resume("c1");
    assertThat(state.monitor().waitFor()).isEqualTo(128 + 15);
    assertThat(temp.resolve("c1/stop")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATING", "CREATED", "PAUSED", "STOPPED"})
  void onlyWhatRunsIsPaused(Status status) throws IOException {
    state.container("c1", status);
    assertThatThrownBy(() -> pausing().pause("c1"))
        .isInstanceOf(ContainerException.class)
        .hasMessage("container \"c1\" is " + status.word() + "; expected running");
    assertThat(state.lowLevel().calls()).isEmpty();
    assertThat(state.record("c1").status()).isEqualTo(status);
  }

  @Test
  void unknownIdIsSaid() {
    assertThatThrownBy(() -> pausing().pause("c1")).hasMessage("container \"c1\" does not exist");
  }

  @Test
  void pauseThatIsRefusedChangesNothing() throws IOException {
    state.container("c1", Status.RUNNING);
    state.lowLevel().refuse("pause");
    assertThatThrownBy(() -> pausing().pause("c1")).isInstanceOf(LowLevelException.class);
    assertThat(state.lowLevel().calls()).containsExactly("runc pause c1");
    assertThat(state.record("c1").status()).isEqualTo(Status.RUNNING);
    assertThat(state.isFree("c1")).isTrue();
  }

  @Test
  void pauseThatHangsIsTakenBackAndLeavesTheLock() throws IOException {
    state.container("c1", Status.RUNNING);
    state.lowLevel().hang("pause");
    assertThatThrownBy(() -> pausing().pause("c1")).hasMessage("runc pause did not end");
    assertThat(state.lowLevel().calls()).containsExactly("runc pause c1", "runc resume c1");
    assertThat(state.record("c1").status()).isEqualTo(Status.RUNNING);
    assertThat(state.isFree("c1")).isTrue();
  }

  @Test
  void failureToTakeItBackIsKept() throws IOException {
    state.container("c1", Status.RUNNING);
    state.lowLevel().hang("pause");
    state.lowLevel().hang("resume");
    assertThatThrownBy(() -> pausing().pause("c1"))
        .hasMessage("runc pause did not end")
        .satisfies(failure ->
            assertThat(failure.getSuppressed())
                .singleElement()
                .asString()
                .endsWith("runc resume did not end"));
    assertThat(state.record("c1").status()).as("may be frozen").isEqualTo(Status.PAUSED);
  }

  /// A SIGKILL at any moment leaves what the next command can mend.
  @Test
  void recordSaysPausedBeforeTheMonitorIsFrozenAndUntilItIsThawed() throws IOException {
    state.container("c1", Status.RUNNING);
    List<Status> seen = new ArrayList<>();
    state.lowLevel().during("pause", () -> seen.add(state.record("c1").status()));
    state.lowLevel().during("resume", () -> seen.add(state.record("c1").status()));
    pausing().pause("c1");
    pausing().resume("c1");
    assertThat(seen).containsExactly(Status.PAUSED, Status.PAUSED);
  }

  /// As runc does with one that is not frozen.
  @Test
  void resumeMendsWhatAPauseThatWasKilledHasNotFrozen() throws IOException {
    state.container("c1", Status.PAUSED);
    state.lowLevel().refuse("resume");
    state.lowLevel().during("pause", () -> state.lowLevel().allow("resume"));
    pausing().resume("c1");
    assertThat(state.lowLevel().calls())
        .containsExactly("runc resume c1", "runc resume c1", "runc pause c1", "runc resume c1");
    assertThat(state.record("c1").status()).isEqualTo(Status.RUNNING);
  }

  /// As the runtime of a pause that was killed, which freezes it later.
  @Test
  void resumeTriesAgainBeforeItFreezesAnything() throws IOException {
    state.container("c1", Status.PAUSED);
    state.lowLevel().refuse("resume");
    AtomicInteger times = new AtomicInteger();
    state
        .lowLevel()
        .during(
            "resume",
            () -> {
              if (times.incrementAndGet() == 2) {
                state.lowLevel().allow("resume");
              }
            });
    pausing().resume("c1");
    assertThat(state.lowLevel().calls()).containsExactly("runc resume c1", "runc resume c1");
    assertThat(state.record("c1").status()).isEqualTo(Status.RUNNING);
  }

  @Test
  void resumeThatIsRefusedOfAFrozenMonitorChangesNothing() throws IOException {
    state.container("c1", Status.PAUSED);
    state.lowLevel().refuse("resume");
    state.lowLevel().refuse("pause");
    assertThatThrownBy(() -> pausing().resume("c1"))
        .hasMessageStartingWith("runc resume failed")
        .satisfies(failure ->
            assertThat(failure.getSuppressed())
                .singleElement()
                .asString()
                .contains("runc pause failed"));
    assertThat(state.record("c1").status()).isEqualTo(Status.PAUSED);
    assertThat(state.isFree("c1")).isTrue();
  }

  @Test
  void resumeThatHangsIsNotTriedInAnotherWay() throws IOException {
    state.container("c1", Status.PAUSED);
    state.lowLevel().hang("resume");
    assertThatThrownBy(() -> pausing().resume("c1")).hasMessage("runc resume did not end");
    assertThat(state.lowLevel().calls()).containsExactly("runc resume c1");
    assertThat(state.record("c1").status()).isEqualTo(Status.PAUSED);
  }

  /// It came while the record said `paused`, so it is in the state.
  @Test
  void requestToStopThatCameDuringARefusedPauseIsDelivered() throws Exception {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    state.lowLevel().refuse("pause");
    state.lowLevel().during("pause", () -> Files.createFile(directory.stopRequest()));
    assertThatThrownBy(() -> pausing().pause("c1")).hasMessageContaining("runc pause failed");
    assertThat(state.monitor().waitFor()).isEqualTo(128 + 15);
    assertThat(directory.stopRequest()).doesNotExist();
  }
}
