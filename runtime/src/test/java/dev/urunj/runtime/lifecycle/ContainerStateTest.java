package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.ExitRecord;
import dev.urunj.runtime.state.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerStateTest {
  @TempDir Path temp;
  private StateOnDisk disk;

  @BeforeEach
  void open() {
    disk = new StateOnDisk(temp);
  }

  @AfterEach
  void close() {
    disk.close();
  }

  @Test
  void stateOfARunningContainerIsAsTheSpecificationShapesIt() throws IOException {
    disk.container("c1", Status.RUNNING);
    JsonObject state = ContainerState.of(disk.record("c1"));
    assertThat(state.keySet())
        .containsExactly("ociVersion", "id", "status", "pid", "bundle", "created", "annotations");
    assertThat(state.get("ociVersion").getAsString()).isEqualTo("1.0.2");
    assertThat(state.get("id").getAsString()).isEqualTo("c1");
    assertThat(state.get("status").getAsString()).isEqualTo("running");
    assertThat(state.get("pid").getAsLong()).isEqualTo(disk.monitor().pid());
    assertThat(state.get("bundle").getAsString()).isEqualTo("/b");
    assertThat(state.get("created").getAsString()).isEqualTo("2026-11-27T12:00:00Z");
  }

  @Test
  void monitorThatHasDiedIsAStoppedContainerWithoutAProcess() throws Exception {
    disk.container("c1", Status.RUNNING);
    disk.monitor().destroyForcibly().waitFor();
    JsonObject state = ContainerState.of(disk.record("c1"));
    assertThat(state.get("status").getAsString()).isEqualTo("stopped");
    assertThat(state.get("pid").getAsInt()).isZero();
  }

  @Test
  void containerWhoseCreateWasCutOffHasNothingOfOurs() throws IOException {
    ContainerRecord begun = ContainerRecord.begun("c1", Path.of("/b"), "now", annotation("a", "b"));
    JsonObject state = ContainerState.of(begun);
    assertThat(state.get("status").getAsString()).isEqualTo("creating");
    assertThat(state.getAsJsonObject("annotations")).isEqualTo(annotation("a", "b"));
  }

  @Test
  void exitIsAnAnnotationOnlyWhereItIsKnown() throws IOException {
    disk.container("c1", Status.STOPPED);
    assertThat(annotations(disk.record("c1"))).doesNotContain("dev.urunj.exit.status");
    ContainerRecord ended = disk.record("c1").with(new ExitRecord(137, "2026-11-27T12:34:56Z"));
    JsonObject annotations = ContainerState.of(ended).getAsJsonObject("annotations");
    assertThat(annotations.get("dev.urunj.exit.status").getAsString()).isEqualTo("137");
    assertThat(annotations.get("dev.urunj.exit.time").getAsString())
        .isEqualTo("2026-11-27T12:34:56Z");
  }

  @Test
  void decisionsAboutTheMonitorAndNotesAreAnnotations() throws IOException {
    disk.container("c1", Status.RUNNING);
    ContainerRecord record = disk.record("c1").withNotes(List.of("no a", "no b"));
    JsonObject annotations = ContainerState.of(record).getAsJsonObject("annotations");
    assertThat(annotations.get("dev.urunj.monitor").getAsString()).isEqualTo("qemu");
    assertThat(annotations.get("dev.urunj.accelerator").getAsString()).isEqualTo("tcg");
    assertThat(annotations.get("dev.urunj.memory.guest.mib").getAsString()).isEqualTo("128");
    assertThat(annotations.get("dev.urunj.memory.overhead.mib").getAsString()).isEqualTo("33");
    assertThat(annotations.get("dev.urunj.vcpus").getAsString()).isEqualTo("1");
    assertThat(annotations.get("dev.urunj.notes").getAsString()).isEqualTo("no a; no b");
  }

  /// What the caller's annotations are is not changed by looking at the state.
  @Test
  void recordKeepsItsOwnAnnotations() throws IOException {
    disk.container("c1", Status.RUNNING);
    ContainerRecord record = disk.record("c1");
    String _ = ContainerState.text(record);
    assertThat(record.annotations().size()).isZero();
  }

  private static Iterable<String> annotations(ContainerRecord record) throws IOException {
    return ContainerState.of(record).getAsJsonObject("annotations").keySet();
  }

  private static JsonObject annotation(String name, String value) {
    JsonObject annotations = new JsonObject();
    annotations.addProperty(name, value);
    return annotations;
  }
}
