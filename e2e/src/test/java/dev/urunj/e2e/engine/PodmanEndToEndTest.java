package dev.urunj.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Nameserver;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Site;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// podman, through conmon, with urunj as its only runtime.
@EndToEnd
@Needs(
    root = true,
    programs = {"podman", "conmon", "busybox", "script"})
class PodmanEndToEndTest {
  private static final String SIDECAR =
      "cd /tmp; echo sidecar >index.html; exec /bin/busybox httpd -f -p 9090";

  private static final String ASK =
      "for url in long:8000 host:8000 pod-localhost:9090; do wget -q -O - http://$url/; done;"
          + " exec /bin/web";

  private static void runWeb(Podman podman, Pod pod) throws IOException {
    podman
        .run("--detach", "--name", "web", "--network", "ns:" + pod.path(), OciArchive.WEB)
        .orFail();
    awaitWeb(podman, pod);
  }

  private static void awaitWeb(Podman podman, Pod pod) throws IOException {
    assertThat(Page.await(pod.node(), pod.address(), podman::console))
        .contains("address: eth0 " + pod.address());
  }

  @Test
  void unikernelLivesTheWholeLifeOfAContainer() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Podman podman = Podman.on(pod)) {
        runWeb(podman, pod);
        assertThat(podman.status("web")).isEqualTo("running");
        assertThat(podman.podman("logs", "web").orFail()).contains("web: serving");

        Result inside = podman.podman("exec", "web", "/bin/sh");
        assertThat(inside.exitCode()).isNotZero();
        assertThat(inside.stderr()).contains("is a unikernel");

        podman.podman("pause", "web").orFail();
        assertThat(podman.status("web")).isEqualTo("paused");
        podman.podman("unpause", "web").orFail();
        awaitWeb(podman, pod);

        podman.podman("stop", "--time", "20", "web").orFail();
        assertThat(podman.inspect("web", "{{.State.Status}} {{.State.ExitCode}}"))
            .isEqualTo("exited 0");
        pod.assertUntouched();
        podman.podman("rm", "web").orFail();
        podman.assertNothingLeft();
      }
    }
  }

  @Test
  void killedMonitorStartsAgainInTheSameNamespace() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Podman podman = Podman.on(pod)) {
        runWeb(podman, pod);
        for (int i = 0; i < 2; i++) {
          podman.killProcess("web");
          assertThat(podman.inspect("web", "{{.State.ExitCode}}")).isEqualTo("137");
          assertThat(pod.taps()).isEmpty();
          podman.podman("start", "web").orFail();
          awaitWeb(podman, pod);
        }
        podman.podman("kill", "web").orFail();
        podman.awaitStatus("web", "exited");
        podman.podman("rm", "web").orFail();
        pod.assertUntouched();
      }
    }
  }

  @Test
  void plainContainerIsRuncsOwn() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Podman podman = Podman.on(pod)) {
        Result once =
            podman.run("--rm", "--network", "none", OciArchive.BUSYBOX, "echo hi; exit 7");
        assertThat(once.stdout()).isEqualTo("hi\n");
        assertThat(once.exitCode()).isEqualTo(7);

        podman
            .run(
                "--detach",
                "--name",
                "p",
                "--network",
                "ns:" + pod.path(),
                OciArchive.BUSYBOX,
                "trap 'exit 5' TERM; while :; do sleep 0.1; done")
            .orFail();
        Result inside = podman.podman("exec", "p", "/bin/sh", "-c", "echo inside; exit 3");
        assertThat(inside.stdout()).isEqualTo("inside\n");
        assertThat(inside.exitCode()).isEqualTo(3);
        podman.podman("stop", "--time", "20", "p").orFail();
        assertThat(podman.inspect("p", "{{.State.ExitCode}}")).isEqualTo("5");
        podman.podman("rm", "p").orFail();
        pod.assertUntouched();
      }
    }
  }

  /// podman takes a command that fails for one that has done its work, and forgets the container.
  @Test
  void containersAreStoppedFromADirectoryThatWasDeleted() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Podman podman = Podman.on(pod)) {
        runWeb(podman, pod);
        String[] plain = {"--detach", "--name", "p", "--network", "none", OciArchive.BUSYBOX};
        podman.run(append(plain, "exec /bin/busybox sleep 600")).orFail();
        podman.inDeletedDirectory("stop", "--time", "3", "web", "p").orFail();
        podman.inDeletedDirectory("rm", "--force", "web", "p").orFail();
        podman.assertNothingLeft();
        pod.assertUntouched();
      }
    }
  }

  private static String[] append(String[] words, String last) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add(last);
    return all.toArray(String[]::new);
  }

  @Test
  void consoleReachesTheTerminal() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Podman podman = Podman.on(pod)) {
        Result result =
            podman.runOnTerminal(
                "--rm",
                "--tty",
                "--network",
                "ns:" + pod.path(),
                OciArchive.WEB,
                "/bin/sh",
                "-c",
                "tty");
        assertThat(result.orFail()).contains("/dev/ttyS0");
      }
    }
  }

  /// The guest answers on its own address and on a published port of the node; a restart keeps
  /// both.
  @Test
  @Needs(
      files = {"/usr/lib/cni/bridge", "/usr/lib/cni/portmap", "/usr/lib/cni/firewall"},
      programs = "iptables")
  void guestIsReachedThroughPodmansOwnBridge() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Podman podman = Podman.on(pod)) {
        podman
            .podman("network", "create", "--disable-dns", "--subnet", "10.77.0.0/24", "apart")
            .orFail();
        podman
            .run("--detach", "--name", "web", "--network", "apart", "-p", "8080:80", OciArchive.WEB)
            .orFail();
        Page.await(node, "127.0.0.1:8080", podman::console);
        String address =
            podman.inspect("web", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
        assertThat(Page.await(node, address, podman::console))
            .contains("address: eth0 " + address + "/24");
        podman.killProcess("web");
        podman.podman("start", "web").orFail();
        Page.await(node, "127.0.0.1:8080", podman::console);
        podman.podman("rm", "--force", "--time", "0", "web").orFail();
        assertThat(node.sh("ip -br link show type tun; ip -br link show type veth"))
            .as("only the pod's link")
            .startsWith(pod.nodeLink())
            .hasLineCount(1);
      }
    }
  }

  /// Guest and sidecar of one pod, as podman makes them: the pod's published ports, its name
  /// servers, its hosts, and the host name that only the pod's UTS namespace knows.
  @Test
  @Needs(
      files = {"/usr/lib/cni/bridge", "/usr/lib/cni/portmap", "/usr/lib/cni/firewall"},
      programs = {"iptables", "python3", "ss"})
  void guestAndSidecarShareAPodOfPodmans() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Podman podman = Podman.on(pod);
          Site outside = Site.of(node)) {
        String outer = pod.spec().gateways().getFirst();
        outside.serveWeb("8000", "world");
        String[] zone = {"long.example=" + outer + "*60"};
        Nameserver names = Nameserver.start(outside, "plain", outer, 53, zone);
        podman
            .podman("network", "create", "--disable-dns", "--subnet", "10.77.0.0/24", "apart")
            .orFail();
        List<String> words = new ArrayList<>(List.of("--network", "apart", "-p", "8080:80"));
        words.addAll(List.of("-p", "8090:9090", "--dns", outer, "--dns-search", "example"));
        words.addAll(List.of("--add-host", "host:" + outer));
        podman.createPod("group", words.toArray(String[]::new));
        podman.run("-d", "--name", "side", "--pod", "group", OciArchive.BUSYBOX, SIDECAR).orFail();
        podman
            .run("-d", "--name", "web", "--pod", "group", OciArchive.WEB, "/bin/sh", "-c", ASK)
            .orFail();
        assertThat(Page.await(node, "127.0.0.1:8080", podman::console))
            .contains("hostname: group\n");
        assertThat(outside.get("http://127.0.0.1:8090/").orFail()).isEqualTo("sidecar\n");
        assertThat(podman.console()).contains("world\nworld\nsidecar\n");
        assertThat(names.questions()).contains("tcp A long.example ");
        String localhost = "/bin/busybox wget -q -O - http://127.0.0.1/";
        assertThat(podman.podman("exec", "side", "/bin/sh", "-c", localhost).orFail())
            .contains("hostname: group\n");
      }
    }
  }

  @Test
  void whatIsWrongWithTheKernelIsSaid() throws Exception {
    try (Node node = Node.start()) {
      Pod pod = node.pod("pod");
      try (Podman podman = Podman.on(pod)) {
        assertThat(failure(podman, pod, "/unikernel/no")).contains("\"/unikernel/no\" does not");
        assertThat(failure(podman, pod, "/urunc.json")).contains("is not a kernel; expected a");
        podman.assertNothingLeft();
        pod.assertUntouched();
      }
    }
  }

  /// podman hands the annotations of the image's manifest to the runtime, in base64: others have to
  /// be written alike.
  private static String failure(Podman podman, Pod pod, String kernel) throws IOException {
    String prefix = "com.urunc.unikernel.";
    Result result =
        podman.run(
            "--rm",
            "--network",
            "ns:" + pod.path(),
            "--annotation",
            prefix + "unikernelType=" + BundleBuilder.encode("linux"),
            "--annotation",
            prefix + "hypervisor=" + BundleBuilder.encode("qemu"),
            "--annotation",
            prefix + "binary=" + BundleBuilder.encode(kernel),
            OciArchive.WEB);
    assertThat(result.exitCode()).isNotZero();
    return result.stderr();
  }
}
