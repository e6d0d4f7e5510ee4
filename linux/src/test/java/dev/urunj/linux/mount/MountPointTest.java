package dev.urunj.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountPointTest {
  private static final String TABLE =
      """
      29 1 0:27 / /run rw,nosuid shared:5 - tmpfs tmpfs rw
      30 29 0:4 net:[4026532255] /run/urunj/c1/netns rw - nsfs nsfs rw
      31 29 0:27 / /run/urunj rw shared:5 master:1 - tmpfs tmpfs rw
      32 31 0:99 /a\\040b /run/urunj/c1/runc/\\134x rw - ext4 /dev/sda1 rw
      garbage
      33 29 0:27 / /run/urunj2 rw - tmpfs tmpfs rw
      """;

  @Test
  void mountsBelowADirectoryAreFoundNewestFirst() {
    assertThat(MountPoint.below(Path.of("/run/urunj"), TABLE))
        .containsExactly(
            new MountPoint(Path.of("/run/urunj/c1/runc/\\x"), "ext4", "/a b"),
            new MountPoint(Path.of("/run/urunj/c1/netns"), "nsfs", "net:[4026532255]"));
  }

  @Test
  void theKernelsOwnTableIsUnderstood() throws IOException {
    assertThat(MountPoint.below(Path.of("/"), Path.of("/proc/self")))
        .extracting(MountPoint::path)
        .contains(Path.of("/proc"));
  }
}
