package dev.urunj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@Needs(
    root = true,
    programs = {"unshare", "nsenter", "ip", "tc"})
class TestNodeKernelTest {
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
}
