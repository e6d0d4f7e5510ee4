package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.process.Pidfd;
import dev.urunj.linux.process.ProcessStat;
import dev.urunj.runtime.container.Container;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerButtonTest {
  private static final int STOP = 19;

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

  @Test
  void pressIsTheMonitorsPowerButton() throws IOException {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    try (FakeMonitor monitor = FakeMonitor.willing(directory)) {
      press(directory);
      assertThat(monitor.heard()).containsExactly("system_powerdown");
    }
    assertThat(state.monitor().isAlive()).isTrue();
    assertThat(state.said()).isEmpty();
  }

  @Test
  void monitorThatRefusesEndsBySignal() throws Exception {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    try (FakeMonitor _ = FakeMonitor.refusing(directory)) {
      press(directory);
    }
    assertThat(state.monitor().waitFor()).isEqualTo(128 + Signals.TERM);
    assertThat(state.said())
        .containsExactly(
            "warn the monitor did not take the request to power down: QMP system_powerdown: not now");
  }

  @Test
  void monitorThatHasDiedMeanwhileNeedsNothing() throws Exception {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    ContainerRecord record = state.record("c1");
    try (Pidfd pidfd = requireNonNull(Pidfd.open(requireNonNull(record.process())))) {
      state.monitor().destroyForcibly().waitFor();
      button(directory).press(record, pidfd);
    }
    assertThat(state.said()).isEmpty();
  }

  /// By whatever it was stopped: a signal that did not come by us counts too.
  @Test
  void requestToAMonitorThatASignalHasStoppedIsKept() throws Exception {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    try (FakeMonitor monitor = FakeMonitor.willing(directory)) {
      stop();
      press(directory);
      press(directory);
      assertThat(directory.stopRequest()).isEmptyFile();
      assertThat(monitor.heard()).isEmpty();
      assertThat(state.said())
          .containsOnly(
              "info the monitor is halted; urunj asks it to power down as soon as it continues");
    }
  }

  @Test
  void keptRequestIsDeliveredOnce() throws IOException {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    Files.createFile(directory.stopRequest());
    try (FakeMonitor monitor = FakeMonitor.willing(directory)) {
      button(directory).deliver(state.record("c1"));
      button(directory).deliver(state.record("c1"));
      assertThat(monitor.heard()).containsExactly("system_powerdown");
    }
    assertThat(directory.stopRequest()).doesNotExist();
  }

  @Test
  void withoutARequestNothingIsDelivered() throws IOException {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    try (FakeMonitor monitor = FakeMonitor.willing(directory)) {
      button(directory).deliver(state.record("c1"));
      assertThat(monitor.heard()).isEmpty();
    }
  }

  private void press(StateDirectory directory) throws IOException {
    ContainerRecord record = state.record("c1");
    try (Pidfd pidfd = requireNonNull(Pidfd.open(requireNonNull(record.process())))) {
      button(directory).press(record, pidfd);
    }
  }

  private PowerButton button(StateDirectory directory) {
    return new PowerButton(Container.in(directory, state.caller()));
  }

  private void stop() throws Exception {
    int pid = (int) state.monitor().pid();
    try (Pidfd pidfd = Pidfd.open(pid)) {
      pidfd.signal(STOP);
    }
    while (requireNonNull(ProcessStat.read(pid)).state() != 'T') {
      Thread.sleep(5);
    }
  }
}
