package dev.urunj.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.namespace.OwnMounts;
import dev.urunj.testkit.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(root = true)
class MountsKernelTest {
  @TempDir private Path directory;

  @Test
  void boundDirectoryShowsItsSourceUntilItIsDetached() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path target = Files.createDirectory(directory.resolve("target"));
    Files.createFile(source.resolve("f"));
    OwnMounts.call(() -> {
      Mounts.bind(source, target);
      assertThat(target.resolve("f")).exists();
      assertThat(Mounts.detach(target)).isTrue();
      assertThat(target).isEmptyDirectory();
      return null;
    });
  }

  @Test
  void detachOfWhatIsNotMountedOrNotThereIsFalse() throws Exception {
    assertThat(Mounts.detach(directory)).isFalse();
    assertThat(Mounts.detach(directory.resolve("none"))).isFalse();
  }

  @Test
  void detachDoesNotFollowALink() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), source);
    OwnMounts.call(() -> {
      Mounts.bind(source, source);
      assertThat(Mounts.detach(link)).isFalse();
      assertThat(Mounts.detach(source)).isTrue();
      return null;
    });
  }

  @Test
  void failureNamesBothPaths() {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> Mounts.bind(Path.of("/none"), directory))
        .withMessageStartingWith("mount(\"/none\", \"" + directory + "\", MS_BIND) = -1 ENOENT");
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> Mounts.makePrivate(directory))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }
}
