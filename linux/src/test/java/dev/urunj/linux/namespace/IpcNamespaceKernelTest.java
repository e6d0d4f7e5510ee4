package dev.urunj.linux.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.testkit.Needs;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

@Needs(
    root = true,
    programs = {"unshare"})
class IpcNamespaceKernelTest {
  private static final String SET =
      "echo 1 >/proc/sys/kernel/shm_rmid_forced; echo 9000 >/proc/sys/kernel/msgmax; echo ready; cat";

  @Test
  void settingsOfAnotherNamespaceAreReadAndTheCallerKeepsItsOwn() throws Exception {
    String own = Sysctl.read("kernel/msgmax");
    Process process = new ProcessBuilder("unshare", "--ipc", "sh", "-c", SET).start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("ready");
      Path namespace = Path.of("/proc/" + process.pid() + "/ns/ipc");
      List<String> names =
          List.of("kernel/shm_rmid_forced", "kernel/no_such_setting", "kernel/msgmax");
      assertThat(IpcNamespace.settings(namespace, names)).containsExactly("1", null, "9000");
      assertThat(Sysctl.read("kernel/msgmax")).isEqualTo(own);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void namespaceOfAnotherKindIsAnError() {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> IpcNamespace.settings(Path.of("/proc/self/ns/net"), List.of()))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }
}
