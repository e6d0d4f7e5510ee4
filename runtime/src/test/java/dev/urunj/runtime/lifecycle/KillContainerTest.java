package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillContainerTest {
  private static final int WINCH = 28;

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

  private void kill(int signal) throws IOException {
    new KillContainer(state.caller()).kill("c1", signal);
  }

  @Test
  void killEndsTheMonitorAndIsSuccessAsOftenAsItIsAsked() throws Exception {
    state.container("c1", Status.RUNNING);
    kill(Signals.KILL);
    assertThat(state.monitor().waitFor()).isEqualTo(128 + Signals.KILL);
    assertThat(state.record("c1").status()).isEqualTo(Status.STOPPED);
    kill(Signals.KILL);
    kill(Signals.TERM);
    assertThat(state.record("c1").status()).isEqualTo(Status.STOPPED);
    assertThat(state.lowLevel().calls()).isEmpty();
    assertThat(state.isFree("c1")).isTrue();
  }

  @Test
  void pausedMonitorIsThawedSoThatItDies() throws Exception {
    state.container("c1", Status.PAUSED);
    kill(Signals.KILL);
    assertThat(state.monitor().waitFor()).isEqualTo(128 + Signals.KILL);
    assertThat(state.lowLevel().calls()).containsExactly("runc resume c1");
    assertThat(state.record("c1").status()).isEqualTo(Status.STOPPED);
  }

  /// A pause that was killed may not have frozen it, and runc refuses to thaw what is not frozen.
  @Test
  void refusalToThawDoesNotKeepItFromDying() throws Exception {
    state.container("c1", Status.PAUSED);
    state.lowLevel().refuse("resume");
    kill(Signals.KILL);
    assertThat(state.monitor().waitFor()).isEqualTo(128 + Signals.KILL);
    assertThat(state.record("c1").status()).isEqualTo(Status.STOPPED);
    assertThat(state.said()).contains("debug container \"c1\": runc resume failed (exit 1): no");
  }

  /// A start that hangs holds the lock, and is what a KILL may be meant for.
  @Test
  void signalDoesNotWaitForTheLock() throws Exception {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    Thread killer;
    try (StateDirectory.Lock _ = requireNonNull(directory.lock(Duration.ofSeconds(30)))) {
      killer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  kill(Signals.KILL);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(state.monitor().waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(state.record("c1").status()).isEqualTo(Status.RUNNING);
    }
    killer.join();
    assertThat(state.record("c1").status()).isEqualTo(Status.STOPPED);
  }

  @Test
  void signalZeroAsksWhetherThereIsAProcess() throws Exception {
    state.container("c1", Status.RUNNING);
    kill(Signals.NONE);
    state.monitor().destroyForcibly().waitFor();
    ContainerException failure =
        catchThrowableOfType(ContainerException.class, () -> kill(Signals.NONE));
    assertThat(failure.kind()).isEqualTo(FailureKind.NOT_RUNNING);
    assertThat(state.record("c1").status()).isEqualTo(Status.RUNNING);
  }

  @Test
  void signalOfAProcessMeansNothingToAMachine() throws IOException {
    state.container("c1", Status.RUNNING);
    kill(WINCH);
    assertThat(state.said())
        .containsExactly("debug signal 28 means nothing to a guest and is dropped");
    assertThat(state.monitor().isAlive()).isTrue();
  }

  /// Before start there is no machine whose button could be pressed.
  @Test
  void containerThatIsNotStartedGetsTheSignalItself() throws Exception {
    state.container("c1", Status.CREATED);
    kill(Signals.TERM);
    assertThat(state.monitor().waitFor()).isEqualTo(128 + Signals.TERM);
    assertThat(state.record("c1").status()).isEqualTo(Status.CREATED);
  }

  @Test
  void monitorThatDoesNotTakeTheRequestGetsASignal() throws Exception {
    state.container("c1", Status.RUNNING);
    kill(Signals.TERM);
    assertThat(state.monitor().waitFor()).isEqualTo(128 + Signals.TERM);
    assertThat(state.said())
        .singleElement()
        .asString()
        .startsWith("warn the monitor did not take the request to power down: ");
  }

  @Test
  void requestToAPausedMonitorWaits() throws IOException {
    state.container("c1", Status.PAUSED);
    kill(Signals.TERM);
    assertThat(state.monitor().isAlive()).isTrue();
    assertThat(temp.resolve("c1/stop")).isEmptyFile();
    assertThat(state.lowLevel().calls()).isEmpty();
  }

  /// What it has left is delete's, which also knows the low-level runtime that it has begun with.
  @Test
  void createThatWasCutOffStaysOne() throws Exception {
    state.container("c1", Status.CREATING);
    kill(Signals.KILL);
    assertThat(state.monitor().waitFor()).isEqualTo(128 + Signals.KILL);
    assertThat(state.record("c1").status()).isEqualTo(Status.CREATING);
    kill(Signals.KILL);
    assertThat(state.record("c1").status()).isEqualTo(Status.CREATING);
  }

  @Test
  void unknownIdIsSaid() {
    assertThatThrownBy(() -> kill(Signals.KILL)).hasMessage("container \"c1\" does not exist");
  }
}
