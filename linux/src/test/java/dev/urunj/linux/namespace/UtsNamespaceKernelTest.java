package dev.urunj.linux.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.testkit.Needs;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@Needs(
    root = true,
    programs = {"unshare"})
class UtsNamespaceKernelTest {
  private static final Path OWN = Path.of("/proc/sys/kernel/hostname");

  @Test
  void hostNameOfAnotherNamespaceIsReadAndTheCallerKeepsItsOwn() throws Exception {
    String own = Files.readString(OWN);
    Process process =
        new ProcessBuilder("unshare", "--uts", "sh", "-c", "hostname pod-0; echo ready; cat")
            .start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("ready");
      Path namespace = Path.of("/proc/" + process.pid() + "/ns/uts");
      assertThat(UtsNamespace.hostname(namespace)).isEqualTo("pod-0");
      assertThat(Files.readString(OWN)).isEqualTo(own);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void namespaceOfAnotherKindIsAnError() {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> UtsNamespace.hostname(Path.of("/proc/self/ns/net")))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }
}
