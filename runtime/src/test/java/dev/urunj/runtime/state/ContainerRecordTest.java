package dev.urunj.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.process.ProcessIdentity;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContainerRecordTest {
  @ParameterizedTest
  @EnumSource
  void statusOfALivingProcessIsTheRecordedOne(Status status) throws IOException {
    assertThat(RecordFileTest.full().with(status).with(self()).currentStatus()).isEqualTo(status);
  }

  @Test
  void processOfAnotherStartTimeIsAnotherProcess() throws IOException {
    ProcessIdentity self = self();
    ProcessIdentity other = new ProcessIdentity(self.pid(), self.startTime() - 1, self.bootId());
    assertStopped(other);
  }

  @Test
  void processOfAnotherBootIsAnotherProcess() throws IOException {
    ProcessIdentity self = self();
    assertStopped(new ProcessIdentity(self.pid(), self.startTime(), "another boot"));
  }

  @Test
  void zombieIsStopped() throws Exception {
    Process parent =
        new ProcessBuilder("/bin/sh", "-c", "sleep 0.5 & echo $!; exec sleep 20").start();
    try {
      int pid = Integer.parseInt(parent.inputReader().readLine().strip());
      ProcessIdentity identity = ProcessIdentity.of(pid);
      for (int i = 0; i < 200 && identity != null && identity.isAlive(); i++) {
        Thread.sleep(10);
      }
      assertStopped(Objects.requireNonNull(identity));
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void createdContainerWithoutAProcessIsStopped() throws IOException {
    ContainerRecord record =
        ContainerRecord.begun(
            "c", java.nio.file.Path.of("/b"), "now", new com.google.gson.JsonObject());
    assertThat(record.currentStatus()).isEqualTo(Status.CREATING);
    assertThat(record.with(Status.CREATED).currentStatus()).isEqualTo(Status.STOPPED);
  }

  private static void assertStopped(ProcessIdentity identity) throws IOException {
    ContainerRecord record = RecordFileTest.full().with(identity);
    assertThat(record.with(Status.CREATED).currentStatus()).isEqualTo(Status.STOPPED);
    assertThat(record.with(Status.RUNNING).currentStatus()).isEqualTo(Status.STOPPED);
    assertThat(record.with(Status.PAUSED).currentStatus()).isEqualTo(Status.STOPPED);
    assertThat(record.with(Status.CREATING).currentStatus()).isEqualTo(Status.CREATING);
  }

  private static ProcessIdentity self() throws IOException {
    return Objects.requireNonNull(ProcessIdentity.of((int) ProcessHandle.current().pid()));
  }
}
