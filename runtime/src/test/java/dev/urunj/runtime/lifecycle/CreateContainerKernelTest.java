package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.lowlevel.LowLevelException;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Status;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is on the disk, and what the low-level runtime was asked, at each way that create can end.
@Needs(root = true, files = "/dev/net/tun")
class CreateContainerKernelTest {
  private static final Path CRUN = Path.of("/crun");

  @TempDir Path temp;
  private LifeOnFakes life;

  @BeforeEach
  void open() throws IOException {
    life = LifeOnFakes.in(temp);
  }

  @AfterEach
  void close() throws IOException {
    try (LifeOnFakes ending = life) {
      new DeleteContainer(ending.disk().caller()).delete("c1", true);
    }
  }

  @Test
  void containerIsRecordedWithItsProcessAndItsNetwork() throws IOException {
    life.create("c1");
    ContainerRecord record = life.disk().record("c1");
    assertThat(record.status()).isEqualTo(Status.CREATED);
    assertThat(record.isAlive()).isTrue();
    assertThat(requireNonNull(record.network()).tap()).isEqualTo("tap0_urunc");
    assertThat(life.pidFile()).isEqualTo(Integer.toString(requireNonNull(record.process()).pid()));
    assertThat(life.lowLevel().calls()).containsExactly("runc create c1");
    assertThat(Files.readString(life.root().resolve("c1/journal")))
        .contains("\"pin\"", "tap0_urunc", "\"container\"");
    assertThat(life.disk().isFree("c1")).isTrue();
  }

  @Test
  void idThatIsTakenIsRefusedAndItsOwnerUnharmed() throws IOException {
    life.create("c1");
    ContainerRecord before = life.disk().record("c1");
    assertThatThrownBy(() -> life.create("c1"))
        .isInstanceOf(ContainerException.class)
        .hasMessage("container with id exists: c1");
    assertThat(life.disk().record("c1")).isEqualTo(before);
    assertThat(before.isAlive()).isTrue();
  }

  @Test
  void refusalOfTheLowLevelRuntimeIsTakenBack() throws IOException {
    life.lowLevel().refuse("create");
    assertThatThrownBy(() -> life.create("c1")).isInstanceOf(LowLevelException.class);
    assertThat(life.lowLevel().calls()).containsExactly("runc create c1", "runc delete c1");
    assertThat(life.process().isAlive()).isFalse();
    assertThat(life.left()).isEmpty();
  }

  /// If that one also fails to delete, what it has made is known without it.
  @Test
  void refusalToDeleteWhatItHasNotCreatedDoesNotKeepTheState() throws IOException {
    life.lowLevel().refuse("create");
    life.lowLevel().refuse("delete");
    assertThatThrownBy(() -> life.create("c1")).hasMessageContaining("runc create failed");
    assertThat(life.process().isAlive()).isFalse();
    assertThat(life.left()).isEmpty();
  }

  @Test
  void refusalIsTriedOnceUnderTheOtherLowLevelRuntime() throws IOException {
    life.lowLevel().refuse("create");
    assertThatThrownBy(() -> life.create("c1", CRUN)).isInstanceOf(LowLevelException.class);
    assertThat(life.lowLevel().calls())
        .containsExactly("runc create c1", "runc delete c1", "crun create c1", "crun delete c1");
    assertThat(life.left()).isEmpty();
  }

  @Test
  void hangIsTakenBackAndNotTriedUnderTheOther() throws IOException {
    life.lowLevel().hang("create");
    assertThatThrownBy(() -> life.create("c1", CRUN)).hasMessage("runc create did not end");
    assertThat(life.lowLevel().calls()).containsExactly("runc create c1", "runc delete c1");
    assertThat(life.process().isAlive()).isFalse();
    assertThat(life.left()).isEmpty();
  }

  @Test
  void processThatHasDiedAlreadyIsNoContainer() throws IOException {
    life.lowLevel().onCreate(creation -> Files.writeString(creation.pidFile(), "2147483646"));
    assertThatThrownBy(() -> life.create("c1"))
        .hasMessage("container \"c1\": its process 2147483646 died before start");
    assertThat(life.lowLevel().calls()).containsExactly("runc create c1", "runc delete c1");
    assertThat(life.left()).isEmpty();
  }

  @Test
  void createThatWasCutOffIsUndoneByTheNext() throws IOException {
    life.create("c1");
    ContainerRecord first = life.disk().record("c1");
    life.disk().directory("c1").write(first.with(Status.CREATING));
    life.create("c1");
    ContainerRecord second = life.disk().record("c1");
    assertThat(second.isSame(first)).isFalse();
    assertThat(first.isAlive()).isFalse();
    assertThat(life.disk().said()).contains("warn undoing a create of c1 that was interrupted");
    assertThat(life.lowLevel().calls())
        .containsExactly("runc create c1", "runc delete c1", "runc create c1");
  }
}
