package dev.urunj.runtime.netns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `/proc/PID/fd/N` stands for the path of a namespace.
@Needs(root = true)
class LoopbackAttachmentsKernelTest {
  private static final NamespaceGuard GUARD = new NamespaceGuard(Path.of("/proc/thread-self"));
  private static final Attachment LO = new Attachment("net", "abc", "lo");

  @TempDir Path root;
  private LoopbackAttachments attachments;
  private NetworkNamespace pod;

  @BeforeEach
  void open() throws IOException {
    attachments = new LoopbackAttachments(root, GUARD);
    pod = NetworkNamespace.create();
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
  }

  @Test
  void addSetsLoopbackUpAndRemoveSetsItDown() throws IOException {
    assertThat(attachments.add(LO, pod)).hasSize(2);
    assertThat(LoopbackAttachments.isUp(pod)).isTrue();
    assertThat(attachments.recorded(LO)).isNotNull();
    attachments.remove(LO, path(pod));
    assertThat(LoopbackAttachments.isUp(pod)).isFalse();
    assertThat(root).isEmptyDirectory();
    attachments.remove(LO, path(pod));
  }

  @Test
  void namespaceWithoutRecordIsLeftAlone() throws IOException {
    attachments.add(new Attachment("net", "other", "lo"), pod);
    attachments.remove(LO, path(pod));
    assertThat(LoopbackAttachments.isUp(pod)).isTrue();
  }

  @Test
  void anotherPodsNamespaceIsLeftAloneAndTheRecordDropped() throws IOException {
    attachments.add(LO, pod);
    try (NetworkNamespace other = NetworkNamespace.create()) {
      attachments.add(new Attachment("net", "other", "lo"), other);
      attachments.remove(LO, path(other));
      assertThat(LoopbackAttachments.isUp(other)).isTrue();
    }
    assertThat(attachments.recorded(LO)).isNull();
  }

  @Test
  void impostorWithTheSameInodeIsLeftAlone() throws IOException {
    try (NetworkNamespace impostor = Reuse.afterDeath(one -> attachments.add(LO, one))) {
      attachments.add(new Attachment("net", "other", "lo"), impostor);
      attachments.remove(LO, path(impostor));
      assertThat(LoopbackAttachments.isUp(impostor)).isTrue();
    }
  }

  @Test
  void damagedRecordProvesNothing() throws IOException {
    attachments.add(LO, pod);
    Files.writeString(root.resolve("@cni/abc@lo"), "{\"schema\":1");
    attachments.remove(LO, path(pod));
    assertThat(LoopbackAttachments.isUp(pod)).isTrue();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void collectionDropsWhatIsNotValidInItsNetworkOnly() throws IOException {
    Attachment gone = new Attachment("net", "gone", "lo");
    Attachment foreign = new Attachment("other", "foreign", "lo");
    attachments.add(LO, pod);
    attachments.add(gone, pod);
    attachments.add(foreign, pod);
    Files.createFile(root.resolve("@cni/half@lo~"));
    attachments.collect("net", List.of(LO));
    assertThat(attachments.recorded(LO)).isNotNull();
    assertThat(attachments.recorded(gone)).isNull();
    assertThat(attachments.recorded(foreign)).isNotNull();
    assertThat(root.resolve("@cni/half@lo~")).doesNotExist();
    assertThat(LoopbackAttachments.isUp(pod)).isTrue();
  }

  private static Path path(NetworkNamespace namespace) {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + namespace.fd().number());
  }
}
