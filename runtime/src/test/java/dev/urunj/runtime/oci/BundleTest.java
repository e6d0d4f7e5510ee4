package dev.urunj.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
  @TempDir Path directory;

  @Test
  void specificationIsReadFromConfigJson() throws IOException {
    Bundle bundle = TestFiles.bundle(directory, "{\"hostname\":\"h\"}");

    assertThat(bundle.spec().hostname()).contains("h");
    assertThat(bundle.directory()).isEqualTo(directory);
  }

  @Test
  void directoryIsMadeClean() throws IOException {
    TestFiles.bundle(directory, "{}");

    assertThat(Bundle.load(directory.resolve("x/..")).directory()).isEqualTo(directory);
  }

  @Test
  void directoryThatDependsOnWhereThisProcessIsIsAProgrammersMistake() {
    assertThatThrownBy(() -> Bundle.load(Path.of("bundle")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bundle is not absolute");
  }

  @Test
  void missingBundleIsOneLine() {
    assertThatThrownBy(() -> Bundle.load(directory.resolve("b")))
        .hasMessage(
            directory.resolve("b")
                + ": does not exist; expected a bundle: a directory with a config.json");
  }

  @Test
  void fileAsBundleIsOneLine() throws IOException {
    Path file = Files.createFile(directory.resolve("b"));

    assertThatThrownBy(() -> Bundle.load(file))
        .hasMessage(
            file + ": is not a directory; expected a bundle: a directory with a config.json");
  }

  @Test
  void missingConfigJsonIsOneLine() {
    assertThatThrownBy(() -> Bundle.load(directory))
        .hasMessage(directory.resolve("config.json") + ": does not exist; expected a JSON file");
  }

  @Test
  void configJsonOverFourMebibytesIsRefused() throws IOException {
    TestFiles.sparse(directory.resolve("config.json"), Bundle.CONFIG_LIMIT + 1);

    assertThatThrownBy(() -> Bundle.load(directory)).hasMessageContaining("is too large");
  }

  @Test
  void configJsonThatIsAFifoIsRefused() throws Exception {
    TestFiles.fifo(directory.resolve("config.json"));

    assertThatThrownBy(() -> Bundle.load(directory)).hasMessageContaining("is a FIFO");
  }
}
