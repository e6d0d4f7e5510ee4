package dev.urunj.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// containerd with its stock shim and urunj in runc's place: a node as it can be configured today.
@EndToEnd
@Needs(
    root = true,
    programs = {"containerd", "ctr", "containerd-shim-runc-v2", "busybox", "script"})
class ContainerdEndToEndTest {
  private static List<String> in(Pod pod, String... more) {
    List<String> flags = new ArrayList<>(List.of("--with-ns", "network:" + pod.path()));
    flags.addAll(List.of(more));
    return flags;
  }

  private static Path log(Containerd containerd, Pod pod, String id) throws IOException {
    Path log = Target.scratch().resolve("console");
    String[] run =
        containerd.run(in(pod, "--detach", "--log-uri", "file://" + log), OciArchive.WEB, id);
    containerd.ctr(run).orFail();
    return log;
  }

  private static Path webIn(Containerd containerd, Pod pod, String id) throws IOException {
    Path log = log(containerd, pod, id);
    assertThat(Page.await(pod.node(), pod.address(), () -> Files.readString(log)))
        .contains("address: eth0 " + pod.address());
    return log;
  }

  @Test
  void unikernelLivesTheWholeLifeOfATask() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        Path log = webIn(containerd, pod, "web");
        assertThat(containerd.status("web")).isEqualTo("RUNNING");
        assertThat(Files.readString(log)).contains("web: serving");

        containerd.ctr("tasks", "pause", "web").orFail();
        assertThat(containerd.status("web")).isEqualTo("PAUSED");
        containerd.ctr("tasks", "resume", "web").orFail();
        assertThat(Page.await(node, pod.address(), () -> Files.readString(log))).contains("uptime");

        containerd.ctr("tasks", "kill", "--signal", "TERM", "web").orFail();
        containerd.awaitStatus("web", "STOPPED");
        assertThat(Files.readString(log)).contains("web: power button, going down");
        assertThat(containerd.deleteTask("web")).isZero();
        containerd.ctr("containers", "delete", "web").orFail();
        containerd.assertNothingLeft();
        pod.assertUntouched();
      }
    }
  }

  @Test
  void killedMonitorIsReplacedInTheSameNamespace() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        for (String id : new String[] {"first", "second"}) {
          webIn(containerd, pod, id);
          ProcessHandle.of(containerd.pid(id)).orElseThrow().destroyForcibly();
          containerd.awaitStatus(id, "STOPPED");
          assertThat(pod.taps()).isEmpty();
          assertThat(containerd.deleteTask(id)).isEqualTo(137);
          containerd.ctr("containers", "delete", id).orFail();
          pod.assertUntouched();
        }
        webIn(containerd, pod, "third");
      }
    }
  }

  @Test
  void killEndsTheMonitorWith137() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        log(containerd, pod, "web");
        containerd.ctr("tasks", "kill", "--signal", "KILL", "web").orFail();
        containerd.awaitStatus("web", "STOPPED");
        assertThat(containerd.deleteTask("web")).isEqualTo(137);
        pod.assertUntouched();
      }
    }
  }

  @Test
  void unikernelOutlivesTheDaemon() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        webIn(containerd, pod, "web");
        containerd.crashAndRestart();
        assertThat(containerd.status("web")).isEqualTo("RUNNING");
        assertThat(Page.await(node, pod.address(), containerd::log)).contains("uptime");
        containerd.ctr("tasks", "kill", "--signal", "TERM", "web").orFail();
        containerd.awaitStatus("web", "STOPPED");
      }
    }
  }

  @Test
  void wordsReachTheGuestAndItsConsoleReachesTheTerminal() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        String[] words =
            containerd.run(
                in(pod, "--rm"),
                OciArchive.WEB,
                "once",
                "/bin/sh",
                "-c",
                "echo \"<$0>\"",
                "a  'b'");
        assertThat(containerd.ctr(words).orFail()).contains("<a  'b'>");

        String[] onTerminal =
            containerd.run(in(pod, "--rm", "--tty"), OciArchive.WEB, "tty", "/bin/sh", "-c", "tty");
        assertThat(onTerminal(node, onTerminal)).contains("/dev/ttyS0");
      }
    }
  }

  @Test
  void programsStatusIsTheTasks() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        String[] words =
            containerd.run(in(pod, "--rm"), OciArchive.WEB, "once", "/bin/sh", "-c", "exit 3");
        assertThat(containerd.ctr(words).exitCode()).isEqualTo(3);
      }
    }
  }

  /// Engines stop a paused container so.
  @Test
  void stopOfAPausedTaskIsHeardByTheProgramOnceItGoesOn() throws Exception {
    String program = "trap 'echo GOT TERM; exit 5' TERM; echo ready; while :; do sleep 0.2; done";
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        Path log = Target.scratch().resolve("console");
        List<String> flags = in(pod, "--detach", "--log-uri", "file://" + log);
        containerd
            .ctr(containerd.run(flags, OciArchive.WEB, "w", "/bin/sh", "-c", program))
            .orFail();
        for (int i = 0; !Files.readString(log).contains("ready"); i++) {
          assertThat(i).as("tenths of a second without a word").isLessThan(900);
          Node.pause(100);
        }
        containerd.ctr("tasks", "pause", "w").orFail();
        containerd.ctr("tasks", "kill", "--signal", "TERM", "w").orFail();
        assertThat(containerd.status("w")).isEqualTo("PAUSED");
        containerd.ctr("tasks", "resume", "w").orFail();
        containerd.awaitStatus("w", "STOPPED");
        assertThat(Files.readString(log)).contains("GOT TERM");
        assertThat(containerd.deleteTask("w")).isEqualTo(5);
        pod.assertUntouched();
      }
    }
  }

  /// `ctr --tty` wants a terminal of its own: script(1) is one.
  private static String onTerminal(Node node, String[] words) throws IOException {
    StringBuilder line = new StringBuilder("exec ctr --address " + Containerd.SOCKET);
    for (String word : words) {
      line.append(" '").append(word).append('\'');
    }
    return node.run("script", "-qfec", line.toString(), "/dev/null").orFail();
  }

  @Test
  void programOfAnUnikernelCannotBeEntered() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        log(containerd, pod, "web");
        Result result = containerd.ctr("tasks", "exec", "--exec-id", "x", "web", "/bin/sh");
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.stderr()).contains("container \"web\" is a unikernel");
        assertThat(containerd.status("web")).isEqualTo("RUNNING");
      }
    }
  }

  @Test
  void plainContainerIsRuncsOwn() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        Result once =
            containerd.ctr(
                containerd.run(
                    List.of("--rm"),
                    OciArchive.BUSYBOX,
                    "once",
                    "/bin/sh",
                    "-c",
                    "echo hi; exit 7"));
        assertThat(once.stdout()).isEqualTo("hi\n");
        assertThat(once.exitCode()).isEqualTo(7);

        String loop = "trap 'exit 5' TERM; while :; do sleep 0.1; done";
        containerd
            .ctr(
                containerd.run(in(pod, "--detach"), OciArchive.BUSYBOX, "p", "/bin/sh", "-c", loop))
            .orFail();
        Result inside =
            containerd.ctr(
                "tasks", "exec", "--exec-id", "x", "p", "/bin/sh", "-c", "echo inside; exit 3");
        assertThat(inside.stdout()).isEqualTo("inside\n");
        assertThat(inside.exitCode()).isEqualTo(3);
        containerd.ctr("tasks", "pause", "p").orFail();
        assertThat(containerd.status("p")).isEqualTo("PAUSED");
        containerd.ctr("tasks", "resume", "p").orFail();
        containerd.ctr("tasks", "kill", "--signal", "TERM", "p").orFail();
        containerd.awaitStatus("p", "STOPPED");
        assertThat(containerd.deleteTask("p")).isEqualTo(5);
        pod.assertUntouched();
      }
    }
  }

  /// Row 5a of the baseline: there, the clean-up of this failure killed every process of the host.
  @Test
  void missingNamespaceIsOneLineAndHarmsNobody() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        List<String> flags = List.of("--rm", "--with-ns", "network:/missing");
        Result result = containerd.ctr(containerd.run(flags, OciArchive.WEB, "web"));
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.stderr().lines())
            .singleElement()
            .asString()
            .contains("linux.namespaces[network].path: \"/missing\" No such file or directory");
        assertThat(containerd.ctr("version").exitCode()).isZero();
        containerd.assertNothingLeft();
      }
    }
  }

  @Test
  void whatIsWrongWithTheKernelIsSaid() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Containerd containerd = Containerd.on(pod)) {
        assertThat(failure(containerd, pod, "/unikernel/no"))
            .contains("\"/unikernel/no\" does not");
        assertThat(failure(containerd, pod, "/urunc.json"))
            .containsPattern("/urunc.json\\\\?\" is not a kernel; expected a"); // 1.6 escapes it
        containerd.assertNothingLeft();
        pod.assertUntouched();
      }
    }
  }

  private static String failure(Containerd containerd, Pod pod, String kernel) throws IOException {
    List<String> flags = in(pod, "--rm");
    String prefix = "com.urunc.unikernel.";
    for (String annotation :
        new String[] {"unikernelType=linux", "hypervisor=qemu", "binary=" + kernel}) {
      flags.add("--annotation");
      flags.add(prefix + annotation);
    }
    Result result = containerd.ctr(containerd.run(flags, OciArchive.WEB, "web"));
    assertThat(result.exitCode()).isNotZero();
    return result.stderr();
  }
}
