package dev.urunj.runtime.container;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.TestCaller;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerTest {
  @TempDir Path temp;
  private Container container;

  @BeforeEach
  void name() {
    container = Container.of(TestCaller.under(temp), "c1");
  }

  private void begin() throws IOException {
    ContainerRecord begun =
        ContainerRecord.begun("c1", Path.of("/b"), "2026-11-27T12:00:00Z", new JsonObject());
    requireNonNull(container.directory().claim(begun)).close();
  }

  @Test
  void unknownIdIsAnErrorOrNothing() throws IOException {
    assertThatThrownBy(container::record)
        .isInstanceOf(ContainerException.class)
        .hasMessage("container \"c1\" does not exist");
    assertThatThrownBy(container::hold).hasMessage("container \"c1\" does not exist");
    assertThat(container.holdIfThere()).isNull();
  }

  /// It is another program's, and stays as it is.
  @Test
  void directoryWithoutARecordIsNoContainerAndIsNotHeld() throws IOException {
    Files.createDirectory(temp.resolve("c1"));
    assertThat(container.holdIfThere()).isNull();
    assertFree();
  }

  @Test
  void heldContainerIsNoOthersUntilItIsClosed() throws IOException {
    begin();
    try (HeldContainer _ = container.hold()) {
      assertThat(container.directory().tryLock()).isNull();
    }
    assertFree();
  }

  @Test
  void recordIsTheOneOnTheDisk() throws IOException {
    begin();
    try (HeldContainer held = container.hold()) {
      assertThat(held.record()).isEqualTo(container.record());
      held.write(held.record().with(Status.STOPPED));
      assertThat(held.record().status()).isEqualTo(Status.STOPPED);
    }
    assertThat(container.record().status()).isEqualTo(Status.STOPPED);
  }

  @Test
  void damagedRecordIsAnErrorThatLeavesTheLock() throws IOException {
    begin();
    Files.writeString(temp.resolve("c1/urunj.json"), "{");
    assertThatThrownBy(container::hold).isInstanceOf(BadInputException.class);
    assertFree();
  }

  private void assertFree() throws IOException {
    try (StateDirectory.Lock lock = container.directory().tryLock()) {
      assertThat(lock).isNotNull();
    }
  }
}
