package dev.urunj.runtime.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"unshare", "nsenter", "mount", "ip"})
class NamespaceGuardKernelTest {
  private static final NamespaceGuard GUARD = new NamespaceGuard(Path.of("/proc/thread-self"));
  @RegisterExtension final OtherNamespace other = new OtherNamespace();
  @TempDir Path temp;

  @Test
  void namespaceOfThePodIsOpened() throws IOException {
    try (DescriptorLeaks _ = DescriptorLeaks.watch();
        NetworkNamespace namespace = GUARD.openGiven(other.path().toString())) {
      assertThat(namespace.identity()).isEqualTo(other.identity());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/self/ns/net", "/proc/thread-self/ns/net"})
  void nodesOwnIsRefused(String given) {
    assertRefused(given, "is the node's own network namespace");
  }

  @Test
  void thatOfTheFirstProcessIsRefusedEvenWhereItCannotBeOpened() {
    assertRefused("/proc/1/ns/net", "");
  }

  @Test
  void nodesOwnIsRefusedBehindASymbolicLinkToo() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("/proc/self/ns/net"));
    assertRefused(link.toString(), "is the node's own network namespace");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnt", "uts", "ipc", "pid", "user", "cgroup"})
  void namespaceOfAnotherKindIsRefused(String kind) {
    assertRefused("/proc/self/ns/" + kind, "expected a network namespace");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "/proc", "/dev/null", "/proc/self/net/dev"})
  void whatIsNoNamespaceIsRefused(String given) {
    assertRefused(given, "namespace");
  }

  @Test
  void fifoIsRefusedWithoutWaitingForAWriter() throws Exception {
    Path fifo = temp.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    assertRefused(fifo.toString(), "namespace");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere/at/all", "relative", "", "/proc/4194304/ns/net", "/a\nb"})
  void missingOrRelativePathIsRefused(String given) {
    assertRefused(given, "");
  }

  private void assertRefused(String given, String part) {
    assertThatThrownBy(
            () -> {
              try (DescriptorLeaks _ = DescriptorLeaks.watch();
                  NetworkNamespace _ = GUARD.openGiven(given)) {
                throw new AssertionError("was opened");
              }
            })
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("config.json: linux.namespaces[network].path: ")
        .hasMessageContaining(part)
        .message()
        .doesNotContain("\n");
  }
}
