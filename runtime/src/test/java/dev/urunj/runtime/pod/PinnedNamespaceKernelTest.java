package dev.urunj.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.BootId;
import dev.urunj.runtime.host.RecordedLog;
import dev.urunj.runtime.host.TestCaller;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.WiringRecord;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A path `/proc/PID/ns/net` stands for the pin: both are opened the same way, and no mount is
/// needed in the machine's own mount namespace.
@Needs(
    root = true,
    programs = {"unshare", "nsenter", "mount", "ip"})
class PinnedNamespaceKernelTest {
  @TempDir Path temp;
  private TestNode node;
  private Path path;
  private NetworkNamespaceIdentity identity;
  private final RecordedLog log = new RecordedLog();

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
  void pinOfTheRecordedNamespaceIsOpened() throws IOException {
    try (NetworkNamespace namespace = openPinned(path, identity, BootId.read())) {
      assertThat(namespace).isNotNull();
    }
    assertThat(log.lines()).isEmpty();
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
    assertThat(log.lines()).allMatch(line -> line.startsWith("debug"));
  }

  private void assertLeftAlone(Path pin, NetworkNamespaceIdentity recorded, String bootId)
      throws IOException {
    log.lines().clear();
    assertThat(openPinned(pin, recorded, bootId)).isNull();
    assertThat(log.lines()).hasSize(1).first().asString().startsWith("warn").contains("left alone");
  }

  private @Nullable NetworkNamespace openPinned(
      Path pin, NetworkNamespaceIdentity recorded, String bootId) throws IOException {
    return PinnedNamespace.open(
        pin,
        new NetworkRecord(
            "/x",
            recorded,
            bootId,
            null,
            null,
            null,
            WiringRecord.wanted(NetworkMode.REDIRECT, false)),
        TestCaller.under(pin.resolveSibling("root"), log));
  }
}
