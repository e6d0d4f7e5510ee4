package dev.urunj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(
    root = true,
    programs = {"unshare", "nsenter", "ip", "tc"})
class TestNodeKernelTest {
  @TempDir Path directory;

  @Test
  void nodeHasItsOwnNetworkAndRun() throws Exception {
    try (TestNode node = TestNode.start()) {
      assertThat(Files.readSymbolicLink(node.networkNamespace()))
          .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
      assertThat(node.run("ls", "-A", "/run").orFail()).isEmpty();
      assertThat(node.run("ip", "-br", "link").orFail()).startsWith("lo").hasLineCount(1);
    }
  }

  @Test
  void nodeWithOwnProcessesSeesNoOthersAndEndsWhoeverIsLeft() throws Exception {
    TestNode node = TestNode.startWithOwnProcesses();
    node.run("sh", "-c", "sleep 60 >/dev/null 2>&1 & sleep 0 & sleep 0.2").orFail();
    assertThat(node.run("sh", "-c", "cat /proc/[0-9]*/comm").orFail().lines())
        .containsExactlyInAnyOrder("cat", "sleep", "sh");
    node.close();
    assertThat(Path.of("/proc/" + node.pid())).doesNotExist();
  }

  @Test
  void holderIsGoneAfterClose() throws Exception {
    TestNode node = TestNode.start();
    node.close();
    assertThat(Path.of("/proc/" + node.pid())).doesNotExist();
  }

  @Test
  void snapshotIsStableAndTellsEveryDifference() throws Exception {
    try (TestNode node = TestNode.start()) {
      node.run("ip", "netns", "add", "pod").orFail();
      node.run("sh", "-c", "ip link add v0 type veth peer name v1 netns pod && ip link set v0 up")
          .orFail();
      node.run("ip", "addr", "add", "10.1.2.3/24", "dev", "v0").orFail();
      node.runNamed("pod", "ip", "link", "set", "v1", "up").orFail();
      node.settle("pod");
      String before = node.snapshot("pod");
      Thread.sleep(1500);
      assertThat(node.snapshot("pod")).isEqualTo(before);
      node.runNamed("pod", "tc", "qdisc", "add", "dev", "v1", "ingress").orFail();
      assertThat(node.snapshot("pod")).isNotEqualTo(before);
      node.runNamed("pod", "tc", "qdisc", "del", "dev", "v1", "ingress").orFail();
      assertThat(node.snapshot("pod")).isEqualTo(before);
      node.runNamed("pod", "sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/v1/proxy_arp").orFail();
      assertThat(node.snapshot("pod")).isNotEqualTo(before);
    }
  }

  /// Removing the directory under a mount takes the mount out of every namespace.
  @Test
  void whatTheMachineMountsAndUnmountsDoesNotShow() throws Exception {
    Path before = Files.createDirectories(directory.resolve("before"));
    Path later = Files.createDirectories(directory.resolve("later"));
    mount(before);
    try (TestNode node = TestNode.start()) {
      String snapshot = node.snapshot();
      assertThat(node.run("cat", "/proc/self/mountinfo").orFail()).contains(" " + before + " ");
      mount(later);
      assertThat(node.snapshot()).isEqualTo(snapshot);
      unmount(later);
      unmount(before);
      Files.delete(before);
      assertThat(node.run("cat", "/proc/self/mountinfo").orFail())
          .doesNotContain(" " + before + " ");
      assertThat(node.snapshot()).isEqualTo(snapshot);
    } finally {
      unmount(later);
      unmount(before);
    }
  }

  @Test
  void whatIsMountedOrUnmountedOnTheNodeShows() throws Exception {
    Path inherited = Files.createDirectories(directory.resolve("inherited"));
    mount(inherited);
    try (TestNode node = TestNode.start()) {
      String mounts = node.mounts();
      for (String place : new String[] {"/run", "/proc", inherited.toString()}) {
        node.run("mount", "-t", "tmpfs", "tmpfs", place).orFail();
        assertThat(node.mounts()).as(place).isNotEqualTo(mounts);
        node.run("umount", place).orFail();
        assertThat(node.mounts()).as(place).isEqualTo(mounts);
      }
      node.run("mount", "--bind", inherited.toString(), inherited.toString()).orFail();
      assertThat(node.mounts()).isNotEqualTo(mounts);
      node.run("umount", inherited.toString()).orFail();
      node.run("umount", inherited.toString()).orFail();
      assertThat(node.mounts()).startsWith(mounts).contains("lost ").contains(" " + inherited);
    } finally {
      unmount(inherited);
    }
  }

  private static void mount(Path place) throws IOException {
    machine("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", place.toString()).orFail();
  }

  private static void unmount(Path place) throws IOException {
    Result _ = machine("umount", place.toString());
  }

  private static Result machine(String... command) throws IOException {
    return Programs.run(Duration.ofSeconds(60), List.of(command));
  }
}
