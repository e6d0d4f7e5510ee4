package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.lowlevel.SpawnedRuntimes;
import dev.urunj.runtime.state.Act;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// As root, because it is refused to others to take a mount off, even where there is none.
@Needs(root = true)
class DeleteContainerKernelTest {
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

  private DeleteContainer deleting() {
    return new DeleteContainer(state.caller());
  }

  @Test
  void stoppedContainerIsForgotten() throws IOException {
    created("c1", Status.STOPPED);
    deleting().delete("c1", false);
    assertThat(state.lowLevel().calls()).containsExactly("runc delete c1");
    assertThat(temp).isEmptyDirectory();
  }

  /// Nothing has asked the low-level runtime for a container yet.
  @Test
  void lowLevelRuntimeIsNotAskedForWhatTheJournalDoesNotName() throws IOException {
    state.container("c1", Status.STOPPED);
    deleting().delete("c1", false);
    assertThat(state.lowLevel().calls()).isEmpty();
    assertThat(temp).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(names = {"RUNNING", "PAUSED"})
  void whatRunsIsNotDeleted(Status status) throws IOException {
    created("c1", status);
    assertThatThrownBy(() -> deleting().delete("c1", false))
        .isInstanceOf(ContainerException.class)
        .hasMessage("cannot delete container c1 that is not stopped: " + status.word());
    assertThat(state.monitor().isAlive()).isTrue();
    assertThat(state.record("c1").status()).isEqualTo(status);
  }

  @Test
  void byForceTheMonitorIsEndedFirst() throws Exception {
    created("c1", Status.RUNNING);
    deleting().delete("c1", true);
    assertThat(state.monitor().waitFor()).isEqualTo(128 + 9);
    assertThat(state.lowLevel().calls()).containsExactly("runc delete c1");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void byForceAPausedMonitorIsThawedSoThatItDies() throws IOException {
    created("c1", Status.PAUSED);
    deleting().delete("c1", true);
    assertThat(state.lowLevel().calls()).containsExactly("runc resume c1", "runc delete c1");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void byForceAMonitorThatOnlyTheRecordCallsPausedDiesToo() throws IOException {
    created("c1", Status.PAUSED);
    state.lowLevel().refuse("resume");
    deleting().delete("c1", true);
    assertThat(state.lowLevel().calls()).containsExactly("runc resume c1", "runc delete c1");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void unknownIdIsAnErrorAndByForceSuccess() throws IOException {
    assertThatThrownBy(() -> deleting().delete("c1", false))
        .hasMessage("container \"c1\" does not exist");
    deleting().delete("c1", true);
  }

  @Test
  void refusalOfTheLowLevelRuntimeKeepsTheStateForTheNext() throws IOException {
    created("c1", Status.STOPPED);
    state.lowLevel().refuse("delete");
    assertThatThrownBy(() -> deleting().delete("c1", false)).isInstanceOf(LowLevelException.class);
    assertThat(state.record("c1").status()).isEqualTo(Status.STOPPED);
    assertThat(state.isFree("c1")).isTrue();
    state.lowLevel().allow("delete");
    deleting().delete("c1", false);
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void byForceARefusalIsNoReasonToKeepTheState() throws IOException {
    created("c1", Status.STOPPED);
    state.lowLevel().refuse("delete");
    deleting().delete("c1", true);
    assertThat(state.said())
        .containsExactly(
            "warn container \"c1\": runc delete failed (exit 1): no; urunj removes what provably"
                + " belongs to it");
    assertThat(temp).isEmptyDirectory();
  }

  /// With a program that really hangs, and its deadline.
  @Test
  void lowLevelRuntimeThatHangsLeavesTheLockAndDeleteFinishes() throws IOException {
    created("c1", Status.STOPPED);
    Files.createDirectory(temp.resolve("c1/runc"));
    SpawnedRuntimes hanging = new SpawnedRuntimes(Duration.ofMillis(200));
    StateDirectory directory = StateDirectory.of(temp, "c1");
    Path program = temp.resolve("runc");
    Files.writeString(program, "#!/bin/sh\nexec sleep 600\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    directory.write(
        state.record("c1").with(StateOnDisk.monitorRecord().under(program, "for a test")));
    DeleteContainer deleting = new DeleteContainer(state.caller(hanging));
    LowLevelException overdue =
        catchThrowableOfType(LowLevelException.class, () -> deleting.delete("c1", false));
    assertThat(overdue).hasMessage("runc delete did not end within 200 ms and was killed");
    assertThat(overdue.kind()).isEqualTo(FailureKind.TIMED_OUT);
    assertThat(state.isFree("c1")).isTrue();
    deleting.delete("c1", true);
    assertThat(directory.path()).doesNotExist();
  }

  private void created(String id, Status status) throws IOException {
    state.container(id, status).journal().append(new Act.Container());
  }
}
