package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountFilesTest {
  @TempDir private Path directory;

  private MountFiles of(Path source, String destination) throws IOException {
    return MountFiles.of(List.of(new BindMount(source, destination, true)), new CopyProgress());
  }

  @Test
  void destinationIsCleanedAndStopsAtTheRoot() throws IOException {
    assertThat(MountFiles.clean("etc/./x//y/../z/")).isEqualTo("/etc/x/z");
    assertThat(MountFiles.clean("/../../etc")).isEqualTo("/etc");
  }

  @Test
  void rootIsNoDestination() {
    assertThatThrownBy(() -> of(directory, "/a/..")).isInstanceOf(IOException.class);
  }

  @Test
  void kernelFileSystemsAndDevicesAreLeftOut() throws IOException {
    for (String destination : List.of("/proc", "/proc/x", "/sys/fs/cgroup", "/dev/x")) {
      MountFiles files = of(directory, destination);
      assertThat(files.mounts()).isEmpty();
      assertThat(files.notes()).hasSize(1);
    }
    assertThat(of(directory, "/device").mounts()).hasSize(1);
  }

  @Test
  void sharedMemoryOfTheEngineIsLeftOutWithoutAWord() throws IOException {
    for (String destination : List.of("/dev/shm", "/dev/mqueue/")) {
      MountFiles files = of(directory, destination);
      assertThat(files.mounts()).isEmpty();
      assertThat(files.notes()).isEmpty();
    }
  }

  @Test
  void deviceAsSourceIsLeftOut() throws IOException {
    assertThat(of(Path.of("/dev/null"), "/x").notes())
        .containsExactly("mount \"/x\" left out: its source is not a regular file or directory");
  }

  @Test
  void missingSourceIsRefused() {
    assertThatThrownBy(() -> of(directory.resolve("no"), "/x"))
        .hasMessageStartingWith("mount \"/x\": source ")
        .hasMessageEndingWith(" does not exist");
  }

  @Test
  void sourceThatIsALinkIsFollowed() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("l"), Path.of("/"));
    assertThat(of(link, "/x").mounts()).hasSize(1);
  }
}
