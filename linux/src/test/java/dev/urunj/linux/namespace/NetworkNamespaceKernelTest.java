package dev.urunj.linux.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileLock;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.linux.mount.Mounts;
import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Programs;
import dev.urunj.testkit.Result;
import dev.urunj.testkit.TestNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(
    root = true,
    programs = {"unshare", "nsenter", "ip", "flock"})
class NetworkNamespaceKernelTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path directory;

  @Test
  void newNamespaceHasLoopbackOnlyAndTheCallerStaysWhereItWas() throws Exception {
    try (NetworkNamespace before = NetworkNamespace.ofThread();
        NetworkNamespace made = NetworkNamespace.create();
        NetworkNamespace after = NetworkNamespace.ofThread()) {
      List<String> devices =
          made.call(() -> Files.readAllLines(Path.of("/proc/thread-self/net/dev")));
      assertThat(devices).hasSize(3).last().asString().contains("lo:");
      assertThat(after.isSameAs(before)).isTrue();
      assertThat(made.isSameAs(before)).isFalse();
    }
  }

  @Test
  void identityHasACookieWhichIsNeverGivenTwice() throws Exception {
    NetworkNamespaceIdentity first;
    try (NetworkNamespace made = NetworkNamespace.create()) {
      first = made.identity();
    }
    try (NetworkNamespace made = NetworkNamespace.create()) {
      assertThat(first.cookie()).isNotZero();
      assertThat(made.identity().cookie()).isNotEqualTo(first.cookie());
      assertThat(made.identity().isSameAs(first)).isFalse();
    }
  }

  @Test
  void identityIsTheSameByEveryPath() throws Exception {
    try (TestNode node = TestNode.start();
        NetworkNamespace byProcess = NetworkNamespace.open(node.networkNamespace());
        NetworkNamespace fromInside = byProcess.call(NetworkNamespace::ofThread)) {
      assertThat(byProcess.isSameAs(fromInside)).isTrue();
      String link = Files.readSymbolicLink(node.networkNamespace()).toString();
      assertThat(link).isEqualTo("net:[" + byProcess.identity().inode() + "]");
    }
  }

  @Test
  void namespaceOfAnotherKindIsRefusedByItsName() {
    assertRefused(Path.of("/proc/self/ns/mnt"), "is a mount namespace; expected a network");
    assertRefused(Path.of("/proc/self/ns/uts"), "is a UTS namespace; expected a network");
    assertRefused(Path.of("/proc/self/ns/user"), "is a user namespace; expected a network");
    assertRefused(Path.of("/proc/self/ns/pid"), "is a PID namespace; expected a network");
    assertRefused(Path.of("/proc/self/ns/ipc"), "is a IPC namespace; expected a network");
    assertRefused(Path.of("/proc/self/ns/cgroup"), "is a cgroup namespace; expected a network");
    assertRefused(Path.of("/proc/self/ns/time"), "is a time namespace; expected a network");
  }

  @Test
  void whatIsNoNamespaceIsRefused() throws Exception {
    assertRefused(Files.createFile(directory.resolve("f")), "is not a namespace file;");
    assertRefused(directory, "is not a namespace file;");
    assertRefused(Path.of("/dev/null"), "is not a namespace file;");
  }

  @Test
  void missingPathIsTheKernelsError() {
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> NetworkNamespace.open(directory.resolve("none")))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  @Test
  void pinKeepsTheNamespaceAndUnpinCanBeRepeated() throws Exception {
    Path pin = directory.resolve("netns");
    OwnMounts.call(() -> {
      NetworkNamespaceIdentity identity;
      try (NetworkNamespace made = NetworkNamespace.create()) {
        identity = made.identity();
        made.pin(pin);
      }
      try (NetworkNamespace found = NetworkNamespace.open(pin)) {
        assertThat(found.identity().isSameAs(identity)).isTrue();
      }
      NetworkNamespace.unpin(pin);
      assertThat(pin).doesNotExist();
      NetworkNamespace.unpin(pin);
      return null;
    });
  }

  @Test
  void unpinTakesEveryLayerAndALeftoverFile() throws Exception {
    Path pin = directory.resolve("netns");
    OwnMounts.call(() -> {
      try (NetworkNamespace made = NetworkNamespace.create()) {
        made.pin(pin);
        Mounts.bind(Path.of("/proc/thread-self/ns/net"), pin);
      }
      NetworkNamespace.unpin(pin);
      assertThat(pin).doesNotExist();
      Files.createFile(pin);
      NetworkNamespace.unpin(pin);
      assertThat(pin).doesNotExist();
      return null;
    });
  }

  @Test
  void pinRefusesWhatExistsAndLeavesIt() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "mine");
    try (NetworkNamespace made = NetworkNamespace.create()) {
      assertThatExceptionOfType(ErrnoException.class)
          .isThrownBy(() -> made.pin(file))
          .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
    }
    assertThat(file).hasContent("mine");
  }

  @Test
  void pinThatCannotBeMountedLeavesNoFile() throws Exception {
    Path pin = directory.resolve("netns");
    NetworkNamespace made = NetworkNamespace.create();
    made.close(); // the mount's source cannot even be named
    assertThatIllegalStateException().isThrownBy(() -> made.pin(pin));
    assertThat(pin).doesNotExist();
  }

  @Test
  void childrenOfACallAreInside() throws Exception {
    try (NetworkNamespace made = NetworkNamespace.create()) {
      Result result = made.call(() -> Programs.run(SOON, List.of("readlink", "/proc/self/ns/net")));
      assertThat(result.orFail().strip()).isEqualTo("net:[" + made.identity().inode() + "]");
    }
  }

  @Test
  void exceptionsOfATaskComeBackAsThrown() throws Exception {
    IOException failure = new FileNotFoundException("x");
    Exception checked = new Exception("y");
    try (NetworkNamespace made = NetworkNamespace.create()) {
      assertThatIOException().isThrownBy(() -> made.call(() -> fail(failure))).isSameAs(failure);
      assertThatIllegalStateException()
          .isThrownBy(() -> made.call(() -> fail(new IllegalStateException("z"))))
          .withMessage("z");
      assertThatIOException().isThrownBy(() -> made.call(() -> fail(checked))).withCause(checked);
    }
  }

  @Test
  void lockOnTheNamespaceExcludesAnotherOpenOfTheSameNamespace() throws Exception {
    try (TestNode node = TestNode.start();
        NetworkNamespace first = NetworkNamespace.open(node.networkNamespace());
        NetworkNamespace second = NetworkNamespace.open(node.networkNamespace());
        NetworkNamespace other = NetworkNamespace.create()) {
      try (FileLock _ = FileLock.exclusive(first.fd(), Duration.ZERO)) {
        assertThatIOException()
            .isThrownBy(() -> FileLock.exclusive(second.fd(), Duration.ofMillis(20)))
            .withMessageContaining("is held by another process");
        FileLock.exclusive(other.fd(), Duration.ZERO).close();
      }
      FileLock.exclusive(second.fd(), Duration.ZERO).close();
    }
  }

  @Test
  void lockOnTheNamespaceExcludesAnotherProcessThatReachesItByItsName() throws Exception {
    try (TestNode node = TestNode.start()) {
      node.run("ip", "netns", "add", "pod").orFail();
      Path byRoot = Path.of("/proc/" + node.pid() + "/root/run/netns/pod");
      try (NetworkNamespace pod = NetworkNamespace.open(byRoot)) {
        try (FileLock _ = FileLock.exclusive(pod.fd(), Duration.ZERO)) {
          assertThat(node.run("flock", "-n", "/run/netns/pod", "true").exitCode()).isEqualTo(1);
        }
        assertThat(node.run("flock", "-n", "/run/netns/pod", "true").exitCode()).isZero();
      }
    }
  }

  @Test
  void anotherProcessesLockOnTheNamespaceExcludesUs() throws Exception {
    try (TestNode node = TestNode.start()) {
      Process holder =
          new ProcessBuilder(
                  node.enter("flock", "/proc/self/ns/net", "sh", "-c", "echo held; read _"))
              .start();
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      try (NetworkNamespace namespace = NetworkNamespace.open(node.networkNamespace())) {
        assertThatIOException()
            .isThrownBy(() -> FileLock.exclusive(namespace.fd(), Duration.ofMillis(20)));
        holder.getOutputStream().close();
        FileLock.exclusive(namespace.fd(), SOON).close();
      } finally {
        holder.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void nothingIsLeftOpen() throws Exception {
    try (DescriptorLeaks _ = DescriptorLeaks.watch()) {
      for (int i = 0; i < 20; i++) {
        try (NetworkNamespace made = NetworkNamespace.create()) {
          made.identity();
        }
        assertRefused(Path.of("/proc/self/ns/mnt"), "is a mount namespace");
      }
      try (Fd fd = OpenFile.readOnly(Path.of("/proc/self/ns/net"))) {
        assertThat(fd.isOpen()).isTrue();
      }
    }
  }

  private static Object fail(Exception failure) throws Exception {
    throw failure;
  }

  private static void assertRefused(Path path, String reason) {
    assertThatExceptionOfType(NamespaceException.class)
        .isThrownBy(() -> NetworkNamespace.open(path))
        .withMessageStartingWith("\"")
        .withMessageContaining(reason)
        .withMessageContaining("expected a network namespace");
  }
}
