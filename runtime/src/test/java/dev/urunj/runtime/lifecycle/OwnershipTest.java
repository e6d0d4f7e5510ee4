package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.runtime.state.DamagedException;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
  @TempDir Path temp;
  private StateOnDisk state;
  private Ownership ownership;

  @BeforeEach
  void open() {
    state = new StateOnDisk(temp);
    ownership = new Ownership(temp);
  }

  @AfterEach
  void close() {
    state.close();
  }

  @Test
  void containerWithARecordIsOurs() throws IOException {
    state.container("c1", Status.CREATED);
    assertThat(ownership.isOurs("c1")).isTrue();
    assertThat(ownership.record("c1")).isEqualTo(state.record("c1"));
    assertThat(ownership.isLowLevelsToDelete("c1", false)).isFalse();
    assertThat(ownership.isLowLevelsToDelete("c1", true)).isFalse();
  }

  @Test
  void damageToTheRecordDoesNotGiveTheContainerAway() throws IOException {
    Files.createDirectory(temp.resolve("c1"));
    Files.writeString(temp.resolve("c1/urunj.json"), "{");
    assertThat(ownership.isOurs("c1")).isTrue();
    assertThatThrownBy(() -> ownership.record("c1")).isInstanceOf(DamagedException.class);
    assertThat(ownership.isLowLevelsToDelete("c1", true)).isFalse();
  }

  @Test
  void directoryWithoutARecordIsTheLowLevelRuntimes() throws IOException {
    Files.createDirectory(temp.resolve("c1"));
    assertThat(ownership.isOurs("c1")).isFalse();
    assertThat(ownership.record("c1")).isNull();
    assertThat(ownership.isLowLevelsToDelete("c1", true)).isTrue();
  }

  /// Under a shared root the low-level runtime would remove what a create of ours makes meanwhile.
  @Test
  void unknownIdIsTheLowLevelRuntimesToDeleteOnlyUnderARootOfItsOwn() throws IOException {
    assertThat(ownership.isLowLevelsToDelete("c1", false)).isTrue();
    assertThat(ownership.isLowLevelsToDelete("c1", true)).isFalse();
  }

  @Test
  void wordsThatAreNoIdsAreNotLookedFor() throws IOException {
    state.container("c1", Status.CREATED);
    assertThat(ownership.isOneOurs(List.of("--force", "c1"))).isTrue();
    assertThat(ownership.isOneOurs(List.of("../" + temp.getFileName() + "/c1", "", "c2")))
        .isFalse();
  }
}
