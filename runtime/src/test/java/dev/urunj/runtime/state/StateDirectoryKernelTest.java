package dev.urunj.runtime.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Programs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file system is mounted inside of a state directory, in a mount namespace of the test's own,
/// where a JVM of its own removes the directory.
@Needs(
    root = true,
    programs = {"unshare", "mount"})
class StateDirectoryKernelTest {
  @TempDir Path temp;

  /// Removes the state directory `ROOT/ID`, twice, for [#removalStopsAtAMountAndGoesOnLater].
  static final class Remove {
    private Remove() {}

    public static void main(String[] args) {
      try {
        StateDirectory.of(Path.of(args[0]), args[1]).remove();
        System.out.println("removed");
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void removalStopsAtAMountAndGoesOnLater() throws IOException {
    Path directory = Files.createDirectories(temp.resolve("c1"));
    Path mount = Files.createDirectories(directory.resolve("bundle/rootfs"));
    Files.writeString(directory.resolve(RecordFile.NAME), "{}");
    String remove =
        "'%s' -Ddev.urunj.library='%s' --enable-native-access=ALL-UNNAMED -cp '%s' '%s' '%s' c1"
            .formatted(
                ProcessHandle.current().info().command().orElseThrow(),
                System.getProperty("dev.urunj.library"),
                System.getProperty("java.class.path"),
                Remove.class.getName(),
                temp);
    String script =
        "mount -t tmpfs tmpfs %1$s && echo kept > %1$s/file && %2$s && cat %1$s/file && test -e %3$s"
                .formatted(mount, remove, directory.resolve(RecordFile.NAME))
            + " && umount %s && %s && test ! -e %s".formatted(mount, remove, directory);
    Result result =
        Programs.run(
            Duration.ofSeconds(60),
            List.of("unshare", "--mount", "--propagation", "private", "sh", "-ec", script));
    assertThat(result.stdout())
        .as(result.stderr())
        .isEqualTo(mount + ": a file system is mounted here, it is left alone\nkept\nremoved\n");
    assertThat(result.exitCode()).isZero();
  }
}
