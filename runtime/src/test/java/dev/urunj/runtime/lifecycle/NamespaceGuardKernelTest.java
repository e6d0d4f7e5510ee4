package dev.urunj.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.BootId;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A path `/proc/PID/ns/net` stands for the pin: both are opened the same way, and no mount is
/// needed in the machine's own mount namespace.
@Needs(
    root = true,
    programs = {"unshare", "nsenter", "mount", "ip"})
class NamespaceGuardKernelTest {
  @TempDir Path temp;
  private TestNode node;
  private Path path;
  private NetworkNamespaceIdentity identity;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    node = TestNode.start();
    path = node.networkNamespace();
    try (NetworkNamespace namespace = NetworkNamespace.open(path)) {
      identity = namespace.identity();
    }
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void namespaceOfThePodIsOpened() throws IOException {
    try (DescriptorLeaks _ = DescriptorLeaks.watch();
        NetworkNamespace namespace = NamespaceGuard.openGiven(path.toString())) {
      assertThat(namespace.identity()).isEqualTo(identity);
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

  @Test
  void pinOfTheRecordedNamespaceIsOpened() throws IOException {
    try (NetworkNamespace namespace = openPinned(path, identity, BootId.read())) {
      assertThat(namespace).isNotNull();
    }
    assertThat(said).isEmpty();
  }

  @Test
  void otherIdentityIsLeftAlone() throws IOException {
    assertLeftAlone(
        path,
        new NetworkNamespaceIdentity(identity.device(), identity.inode(), identity.cookie() + 1),
        BootId.read());
    assertLeftAlone(
        path,
        new NetworkNamespaceIdentity(identity.device(), identity.inode() + 1, identity.cookie()),
        BootId.read());
  }

  @Test
  void otherBootIsLeftAlone() throws IOException {
    assertLeftAlone(path, identity, "00000000-0000-0000-0000-000000000000");
  }

  @Test
  void nodesOwnIsLeftAloneEvenWhenRecorded() throws IOException {
    Path own = Path.of("/proc/self/ns/net");
    try (NetworkNamespace namespace = NetworkNamespace.open(own)) {
      assertLeftAlone(own, namespace.identity(), BootId.read());
    }
  }

  @Test
  void pinThatIsGoneOrOnlyAFileIsDone() throws IOException {
    assertThat(openPinned(temp.resolve("missing"), identity, BootId.read())).isNull();
    assertThat(openPinned(Files.createFile(temp.resolve("file")), identity, BootId.read()))
        .isNull();
    assertThat(said).allMatch(line -> line.startsWith("debug"));
  }

  private void assertRefused(String given, String part) {
    assertThatThrownBy(
            () -> {
              try (DescriptorLeaks _ = DescriptorLeaks.watch();
                  NetworkNamespace _ = NamespaceGuard.openGiven(given)) {
                throw new AssertionError("was opened");
              }
            })
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("config.json: linux.namespaces[network].path: ")
        .hasMessageContaining(part)
        .message()
        .doesNotContain("\n");
  }

  private void assertLeftAlone(Path pin, NetworkNamespaceIdentity recorded, String bootId)
      throws IOException {
    said.clear();
    assertThat(openPinned(pin, recorded, bootId)).isNull();
    assertThat(said).hasSize(1).first().asString().startsWith("warn").contains("left alone");
  }

  private @Nullable NetworkNamespace openPinned(
      Path pin, NetworkNamespaceIdentity recorded, String bootId) throws IOException {
    Log log =
        new Log() {
          @Override
          public void debug(String message) {
            said.add("debug " + message);
          }

          @Override
          public void warn(String message) {
            said.add("warn " + message);
          }
        };
    return NamespaceGuard.openPinned(
        pin, new NetworkRecord("/x", recorded, bootId, null, null, null), log);
  }
}
