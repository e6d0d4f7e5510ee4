package dev.urunj.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.testkit.Needs;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(root = true)
class SpawnKernelTest {
  @TempDir private Path directory;

  @Test
  void childIsBornInTheNamespacesOfTheCallingThread() throws Exception {
    Path said = directory.resolve("out");
    try (NetworkNamespace inside = NetworkNamespace.create();
        Fd out = OpenFile.appendNew(said, 0600)) {
      ExitStatus status =
          inside.call(() -> {
            Spawn spawn = Spawns.of(List.of("readlink", "/proc/self/ns/net"));
            try (Child child = spawn.descriptor(1, out).start()) {
              return child.waitFor();
            }
          });
      assertThat(status.shellCode()).isZero();
      assertThat(said).hasContent("net:[" + inside.identity().inode() + "]");
    }
  }
}
