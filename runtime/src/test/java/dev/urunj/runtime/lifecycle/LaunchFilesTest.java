package dev.urunj.runtime.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.runtime.monitor.Launch;
import dev.urunj.runtime.monitor.LaunchFile;
import dev.urunj.runtime.monitor.LaunchScript;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.ProcessSpec;
import dev.urunj.runtime.oci.Spec;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchFilesTest {
  @TempDir Path temp;
  private StateDirectory directory;
  private Path place;

  @BeforeEach
  void makeBundle() throws IOException {
    directory = StateDirectory.of(temp, "c1");
    place = directory.bundle().resolve("rootfs/launch.d");
    Files.createDirectories(directory.bundle().resolve("rootfs"));
  }

  @Test
  void scriptIsWrittenAndAMonitorWithoutFilesGetsNoPlaceForThem() throws IOException {
    Launch launch = launch(List.of());
    LaunchFiles.write(directory, launch, process());
    assertThat(directory.launch()).hasBinaryContent(LaunchScript.text(launch));
    assertThat(place).doesNotExist();
  }

  @Test
  void filesHaveTheirContentAndModeAndTheirPlaceCanBeEntered() throws IOException {
    LaunchFiles.write(
        directory, launch(List.of(file("a", "one", 0400), file("b", "two", 0444))), process());
    assertThat(place.resolve("a")).hasContent("one");
    assertThat(mode(place.resolve("a"))).isEqualTo("r--------");
    assertThat(place.resolve("b")).hasContent("two");
    assertThat(mode(place.resolve("b"))).isEqualTo("r--r--r--");
    assertThat(mode(place)).isEqualTo("rwxr-xr-x");
  }

  /// A start that was cut off may have written others, or a part of one.
  @Test
  void filesOfAnEarlierStartAreReplaced() throws IOException {
    LaunchFiles.write(
        directory,
        launch(List.of(file("a", "a longer one", 0400), file("old", "", 0400))),
        process());
    LaunchFiles.write(directory, launch(List.of(file("a", "new", 0400))), process());
    assertThat(place.toFile().list()).containsExactly("a");
    assertThat(place.resolve("a")).hasContent("new");
  }

  private static Launch launch(List<LaunchFile> files) {
    return new Launch(List.of("/q", "it's"), false, files);
  }

  private static LaunchFile file(String name, String text, int mode) {
    return new LaunchFile(name, text.getBytes(UTF_8), mode);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /// Of the test's own user, so that it may give the files to it.
  private ProcessSpec process() throws IOException {
    String user =
        "{\"uid\":"
            + Files.getAttribute(temp, "unix:uid")
            + ",\"gid\":"
            + Files.getAttribute(temp, "unix:gid")
            + "}";
    String text =
        "{\"ociVersion\":\"1.0.2\",\"process\":{\"user\":"
            + user
            + ",\"args\":[\"/bin/web\"],\"cwd\":\"/\"},\"root\":{\"path\":\"rootfs\"}}";
    return new Spec(Json.parse(text, "config.json"), temp.resolve("config.json")).process();
  }
}
