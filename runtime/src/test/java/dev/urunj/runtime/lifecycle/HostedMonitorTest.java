package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.monitor.Control;
import dev.urunj.runtime.monitor.ControlChannel;
import dev.urunj.runtime.oci.Signals;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostedMonitorTest {
  private static final Duration LONG = Duration.ofSeconds(30);

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
  void machineThatRunsSaysSo() throws IOException {
    StateDirectory directory = state.container("c1", Status.CREATED);
    try (FakeMonitor monitor = FakeMonitor.willing(directory);
        HostedMonitor hosted = hosted(directory);
        Control control = hosted.control(Deadline.byTheKernel(LONG))) {
      control.awaitRunning();
      assertThat(monitor.heard()).containsExactly("query-status");
    }
  }

  @Test
  void connectionCanBeTakenOnce() throws IOException {
    StateDirectory directory = state.container("c1", Status.CREATED);
    try (FakeMonitor _ = FakeMonitor.willing(directory);
        HostedMonitor hosted = hosted(directory);
        ControlChannel _ = hosted.channel()) {
      assertThatThrownBy(hosted::channel)
          .hasMessage("the monitor has no control socket, or its connection was taken");
    }
  }

  /// Its TAP is a descriptor, which it has had from the beginning.
  @Test
  void monitorWithADescriptorHasItsTap() throws IOException {
    StateDirectory directory = state.container("c1", Status.CREATED);
    try (HostedMonitor hosted = new HostedMonitor(directory, silent("/q"), LONG)) {
      assertThatCode(() -> hosted.takeTap(Deadline.byTheKernel(Duration.ZERO)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void programIsTheMonitorsAsSoonAsTheProcessExecutesIt() throws IOException {
    StateDirectory directory = state.container("c1", Status.CREATED);
    Path exe = Path.of("/proc/" + state.monitor().pid() + "/exe");
    String own = Files.readSymbolicLink(exe).toString();
    try (HostedMonitor hosted = new HostedMonitor(directory, silent(own), LONG)) {
      assertThatCode(() -> hosted.awaitExecuted(Deadline.byTheKernel(LONG)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void programThatIsNotExecutedIsWaitedForUntilTheDeadline() throws IOException {
    StateDirectory directory = state.container("c1", Status.CREATED);
    AtomicLong now = new AtomicLong();
    Deadline deadline = Deadline.after(() -> now.addAndGet(LONG.toNanos() / 4), LONG);
    try (HostedMonitor hosted = new HostedMonitor(directory, silent("/etc/passwd"), LONG)) {
      assertThatThrownBy(() -> hosted.awaitExecuted(deadline))
          .hasMessage("the monitor has not been executed in time");
    }
  }

  @Test
  void processThatHasEndedIsNeitherWaitedForNorSignalled() throws Exception {
    StateDirectory directory = state.container("c1", Status.CREATED);
    state.monitor().destroyForcibly().waitFor();
    try (HostedMonitor hosted = new HostedMonitor(directory, silent("/q"), LONG)) {
      assertThatThrownBy(() -> hosted.awaitExecuted(Deadline.byTheKernel(LONG)))
          .hasMessage("the monitor has ended");
      assertThatCode(() -> hosted.signal(Signals.TERM)).doesNotThrowAnyException();
      assertThat(hosted.hears(Signals.TERM)).isTrue();
    }
  }

  @Test
  void processThatIsNotTheFirstOfItsNamespaceHearsAll() throws IOException {
    StateDirectory directory = state.container("c1", Status.CREATED);
    try (HostedMonitor hosted = new HostedMonitor(directory, silent("/q"), LONG)) {
      assertThat(hosted.hears(Signals.TERM)).isTrue();
    }
  }

  private HostedMonitor hosted(StateDirectory directory) throws IOException {
    return new HostedMonitor(directory, state.record("c1"), LONG);
  }

  /// The record of one without a control socket.
  private ContainerRecord silent(String binary) throws IOException {
    MonitorRecord one = StateOnDisk.monitorRecord();
    return state
        .record("c1")
        .with(
            new MonitorRecord(
                one.kind(),
                binary,
                one.own(),
                one.accelerator(),
                one.memoryMib(),
                one.overheadMib(),
                one.vcpus(),
                one.lowLevel(),
                one.systemdCgroup(),
                null,
                one.tap(),
                false));
  }
}
