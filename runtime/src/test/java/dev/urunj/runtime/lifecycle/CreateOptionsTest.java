package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreateOptionsTest {
  @TempDir Path temp;

  @Test
  void plainContainerNeedsNothing() throws IOException {
    ProcessSpec process = process(false);
    assertThatCode(() -> options(null, null).check(process)).doesNotThrowAnyException();
    assertThatCode(() -> options(null, temp.resolve("pid")).check(process))
        .doesNotThrowAnyException();
  }

  @Test
  void pidFileWithoutADirectoryIsRefusedBeforeAnythingIsMade() throws IOException {
    ProcessSpec process = process(false);
    assertThatThrownBy(() -> options(null, temp.resolve("none/pid")).check(process))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("create: --pid-file: there is no directory for ");
  }

  @Test
  void pidFileThatIsADirectoryIsRefused() throws IOException {
    ProcessSpec process = process(false);
    assertThatThrownBy(() -> options(null, temp).check(process))
        .hasMessageContaining("is a directory; expected a file");
  }

  @Test
  void terminalNeedsWhatTakesIt() throws IOException {
    ProcessSpec process = process(true);
    assertThatThrownBy(() -> options(null, null).check(process))
        .hasMessageStartingWith("create: --console-socket: is missing");
    assertThatCode(() -> options(temp.resolve("console.sock"), null).check(process))
        .doesNotThrowAnyException();
  }

  private static CreateOptions options(@Nullable Path consoleSocket, @Nullable Path pidFile) {
    return new CreateOptions(consoleSocket, pidFile, false, false, null);
  }

  private ProcessSpec process(boolean terminal) throws IOException {
    JsonObject json =
        Json.parse(
            "{\"ociVersion\":\"1.0.2\",\"process\":{\"terminal\":"
                + terminal
                + ",\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"/bin/web\"],\"cwd\":\"/\"},"
                + "\"root\":{\"path\":\"rootfs\"},\"linux\":{}}",
            "config.json");
    return new Spec(json, temp.resolve("config.json")).process();
  }
}
