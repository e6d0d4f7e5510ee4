package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  }
}
