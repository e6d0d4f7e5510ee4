package dev.urunj.runtime.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.urunj.runtime.host.ContainerException;
import dev.urunj.runtime.host.TestCaller;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectContainerTest {
  @TempDir Path root;

  @Test
  void unknownIdIsSaidAsByEveryCommand() {
    assertThatThrownBy(() -> inspecting().inspect("web"))
        .isInstanceOf(ContainerException.class)
        .hasMessage("container \"web\" does not exist");
  }

  @Test
  void containerOfTheLowLevelRuntimeIsSaidToBeNone() throws IOException {
    Files.createDirectory(root.resolve("web"));
    assertThatThrownBy(() -> inspecting().inspect("web"))
        .hasMessageContaining("\"web\" is not a unikernel");
  }

  @Test
  void containerWhoseCreateWasCutOffIsShownAsFarAsItGot() throws IOException {
    Files.createDirectory(root.resolve("web"));
    StateDirectory.of(root, "web")
        .write(ContainerRecord.begun("web", Path.of("/bundle"), "", new JsonObject()));
    Inspection inspection = inspecting().inspect("web");
    assertThat(inspection.firstBroken()).isNull();
    assertThat(inspection.warnings())
        .singleElement()
        .asString()
        .startsWith("not known: the container's name servers");
  }

  private InspectContainer inspecting() {
    return new InspectContainer(TestCaller.under(root));
  }
}
