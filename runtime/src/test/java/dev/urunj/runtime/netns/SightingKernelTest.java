package dev.urunj.runtime.netns;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.namespace.NetworkNamespace;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.linux.process.BootId;
import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(
    root = true,
    programs = {"unshare", "nsenter", "mount", "ip"})
class SightingKernelTest {
  private static final NamespaceGuard GUARD = new NamespaceGuard(Path.of("/proc/thread-self"));
  private static final String OTHER_BOOT = "00000000-0000-0000-0000-000000000000";

  @RegisterExtension final OtherNamespace other = new OtherNamespace();
  @TempDir Path temp;

  @Test
  void namespaceThatIsNotTheNodesIsUsable() throws IOException {
    try (DescriptorLeaks _ = DescriptorLeaks.watch();
        Sighting sighting = Sighting.of(GUARD, other.path())) {
      assertThat(sighting.verdict()).isEqualTo(Verdict.USABLE);
      assertThat(sighting.usable().identity()).isEqualTo(other.identity());
      assertThat(sighting.reason())
          .contains(other.path().toString())
          .contains("not the node's own");
    }
  }

  @Test
  void recordedNamespaceIsUsable() throws IOException {
    assertThat(verdict(other.path(), new RecordedIdentity(other.identity(), BootId.read())))
        .isEqualTo(Verdict.USABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/self/ns/net", "/proc/thread-self/ns/net", "/proc/1/ns/net"})
  void nodesOwnIsNotUsable(String own) throws IOException {
    try (Sighting sighting = Sighting.of(GUARD, Path.of(own))) {
      assertThat(sighting.isUsable()).isFalse();
      assertThatThrownBy(sighting::usable).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void nodesOwnIsNotUsableEvenWhenItWasRecorded() throws IOException {
    Path own = Path.of("/proc/self/ns/net");
    try (NetworkNamespace namespace = NetworkNamespace.open(own)) {
      assertThat(verdict(own, new RecordedIdentity(namespace.identity(), BootId.read())))
          .isEqualTo(Verdict.NODE);
    }
  }

  @Test
  void nodesOwnInPlaceOfTheRecordedIsSaidToBeTheNodes() throws IOException {
    assertThat(
            verdict(
                Path.of("/proc/self/ns/net"),
                new RecordedIdentity(other.identity(), BootId.read())))
        .isEqualTo(Verdict.NODE);
  }

  @Test
  void anyDifferenceToTheRecordIsAReplacement() throws IOException {
    assertThat(verdict(other.path(), recorded(1, 0, 0))).isEqualTo(Verdict.REPLACED);
    assertThat(verdict(other.path(), recorded(0, 1, 0))).isEqualTo(Verdict.REPLACED);
    assertThat(verdict(other.path(), recorded(0, 0, 1))).isEqualTo(Verdict.REPLACED);
  }

  @Test
  void recordOfAnotherBootIsStaleWhateverItSays() throws IOException {
    assertThat(verdict(other.path(), new RecordedIdentity(other.identity(), OTHER_BOOT)))
        .isEqualTo(Verdict.OTHER_BOOT);
  }

  @Test
  void whatIsNoNetworkNamespaceIsSaidToBeNone() throws Exception {
    Path fifo = temp.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    for (Path other :
        new Path[] {
          fifo,
          temp,
          Files.createFile(temp.resolve("file")),
          Path.of("/dev/null"),
          Path.of("/proc/self/ns/uts"),
          Path.of("/proc/self/ns/mnt")
        }) {
      assertThat(verdict(other, null)).as("%s", other).isEqualTo(Verdict.NO_NETWORK_NAMESPACE);
    }
  }

  @Test
  void whatIsNotThereIsMissing() throws IOException {
    assertThat(verdict(temp.resolve("none"), null)).isEqualTo(Verdict.MISSING);
    assertThat(verdict(Path.of("/proc/4194304/ns/net"), null)).isEqualTo(Verdict.MISSING);
    assertThat(verdict(Path.of("/dev/null/ns/net"), null)).isEqualTo(Verdict.MISSING);
  }

  @Test
  void loopOfLinksIsUnreachable() throws IOException {
    Path loop = Files.createSymbolicLink(temp.resolve("loop"), temp.resolve("loop"));
    assertThat(verdict(loop, null)).isEqualTo(Verdict.UNREACHABLE);
  }

  @Test
  void namespaceThatGotTheInodeOfARecordedOneIsNotTakenForIt() throws IOException {
    AtomicReference<NetworkNamespaceIdentity> seen = new AtomicReference<>();
    Path pin = temp.resolve("pin");
    try (NetworkNamespace impostor = Reuse.afterDeath(one -> seen.set(one.identity()))) {
      NetworkNamespaceIdentity dead = requireNonNull(seen.get());
      assertThat(impostor.identity().device()).isEqualTo(dead.device());
      assertThat(impostor.identity().inode()).isEqualTo(dead.inode());
      impostor.pin(pin);
      assertThat(verdict(pin, new RecordedIdentity(dead, BootId.read())))
          .isEqualTo(Verdict.REPLACED);
    } finally {
      NetworkNamespace.unpin(pin);
    }
  }

  private RecordedIdentity recorded(int device, int inode, int cookie) throws IOException {
    return new RecordedIdentity(
        new NetworkNamespaceIdentity(
            other.identity().device() + device,
            other.identity().inode() + inode,
            other.identity().cookie() + cookie),
        BootId.read());
  }

  private static Verdict verdict(Path path, @Nullable RecordedIdentity recorded)
      throws IOException {
    try (DescriptorLeaks _ = DescriptorLeaks.watch();
        Sighting sighting = Sighting.of(GUARD, path, recorded)) {
      return sighting.verdict();
    }
  }
}
