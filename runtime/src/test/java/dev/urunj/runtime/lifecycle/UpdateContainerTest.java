package dev.urunj.runtime.lifecycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.runtime.failure.Failure;
import dev.urunj.runtime.failure.FailureKind;
import dev.urunj.runtime.lifecycle.UpdateContainer.Limit;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UpdateContainerTest {
  /// Of [StateOnDisk#monitorRecord].
  private static final long OVERHEAD = 33L << 20;

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

  private UpdateContainer updating() {
    return new UpdateContainer(state.caller());
  }

  private static Limit memory(String flag, String size) {
    return new Limit(flag, size, requireNonNull(MemorySize.parse(size)));
  }

  private static JsonObject resources(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  @Test
  void limitsOfMemoryAreTheGuestsAndTheMonitorsOverhead() throws IOException {
    state.container("c1", Status.RUNNING);
    MonitorCommand command =
        updating()
            .byFlags(
                "c1",
                List.of(
                    memory("memory", "64m"),
                    memory("memory-swap", "-1"),
                    memory("memory", "0"),
                    new Limit("cpu-share", "512", null),
                    new Limit("pids-limit", null, null)));
    assertThat(command.words())
        .containsExactly(
            "update",
            "--memory",
            Long.toString((64L << 20) + OVERHEAD),
            "--memory-swap",
            "-1",
            "--memory",
            "0",
            "--cpu-share",
            "512",
            "--pids-limit",
            "--",
            "c1");
    assertThat(command.runtime().program()).isEqualTo(Path.of("/runc"));
  }

  @Test
  void limitsOfAFileAreKeptForTheLowLevelRuntime() throws IOException {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    updating().byResources("c1", resources("{\"memory\":{\"limit\":1}}"));
    MonitorCommand command =
        updating()
            .byResources(
                "c1", resources("{\"memory\":{\"limit\":1048576,\"swap\":-1},\"pids\":{}}"));
    assertThat(command.words())
        .containsExactly("update", "--resources", directory.limits().toString(), "--", "c1");
    assertThat(Files.readString(directory.limits()))
        .isEqualTo(
            "{\"memory\":{\"limit\":" + ((1 << 20) + OVERHEAD) + ",\"swap\":-1},\"pids\":{}}");
    assertThat(directory.path().toFile().list())
        .containsExactlyInAnyOrder("urunj.json", "resources.json");
  }

  @Test
  void limitThatIsNoNumberIsRefusedAndNotKept() throws IOException {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    assertThatThrownBy(
            () -> updating().byResources("c1", resources("{\"memory\":{\"limit\":\"much\"}}")))
        .isInstanceOf(BadInputException.class);
    assertThat(directory.limits()).doesNotExist();
    assertThat(state.isFree("c1")).isTrue();
  }

  /// The low-level runtime has words for that which callers know.
  @ParameterizedTest
  @EnumSource(Status.class)
  void statusIsTheLowLevelRuntimesToJudge(Status status) throws IOException {
    state.container("c1", status);
    assertThat(updating().byFlags("c1", List.of(memory("memory", "1"))).words())
        .containsExactly("update", "--memory", Long.toString(1 + OVERHEAD), "--", "c1");
    assertThat(state.record("c1").status()).isEqualTo(status);
    assertThat(state.lowLevel().calls()).isEmpty();
    assertThat(state.isFree("c1")).isTrue();
  }

  @Test
  void containerWhoseCreateWasCutOffHasNoMonitor() throws IOException {
    ContainerRecord begun =
        ContainerRecord.begun("c1", Path.of("/b"), "2026-11-27T12:00:00Z", new JsonObject());
    requireNonNull(state.directory("c1").claim(begun)).close();
    Throwable failure =
        Assertions.catchThrowable(() -> updating().byResources("c1", resources("{}")));
    assertThat(failure).hasMessage("container \"c1\": its create was cut off; delete it");
    assertThat(Failure.kindOf(failure)).isEqualTo(FailureKind.WRONG_STATUS);
    assertThat(state.directory("c1").limits()).doesNotExist();
  }

  @Test
  void unknownIdIsSaid() {
    assertThatThrownBy(() -> updating().byFlags("c1", List.of()))
        .hasMessage("container \"c1\" does not exist");
  }

  /// What it decides by, and where it writes, must not be taken away meanwhile.
  @Test
  void anotherCommandOnTheContainerIsWaitedFor() throws Exception {
    StateDirectory directory = state.container("c1", Status.RUNNING);
    CompletableFuture<MonitorCommand> update = new CompletableFuture<>();
    try (StateDirectory.Lock _ = requireNonNull(directory.tryLock())) {
      Thread.startVirtualThread(() -> {
        try {
          update.complete(updating().byResources("c1", resources("{}")));
        } catch (IOException e) {
          update.completeExceptionally(e);
        }
      });
      Thread.sleep(100);
      assertThat(update).isNotDone();
      assertThat(directory.limits()).doesNotExist();
    }
    assertThat(update.get(20, TimeUnit.SECONDS).words()).startsWith("update", "--resources");
    assertThat(directory.limits()).content().isEqualTo("{}");
  }
}
