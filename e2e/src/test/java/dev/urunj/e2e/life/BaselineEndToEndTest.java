package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.PodSpec;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What was measured of urunc as its behaviour in bad cases, row by row, as it has to be instead.
/// The rows that are not here are in the other classes of this package, under their numbers; row 10
/// is the network's.
@EndToEnd
class BaselineEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(10);
  private static final Duration BOOT = Duration.ofSeconds(30);

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void row3_anyInterfaceNameHostMaskAndOnLinkGatewayWork() throws Exception {
    Pod pod =
        stage.pod(
            "pod",
            PodSpec.number(33)
                .withLink("net1")
                .withAddresses("10.33.0.7/32")
                .withOnLinkGateway("169.254.1.1"));
    Container web = stage.answering(pod);
    web.end();
    pod.assertUntouched();
  }

  @Test
  void row5a_failedCreateLeavesNothingToKillAndNobodyIsKilled() throws Exception {
    Path bundle = BundleBuilder.linuxWeb().netns("/run/netns/missing").build();
    String id = Target.unique();
    String said =
        inPidNamespace(
            "sleep 60 & BYSTANDER=$!",
            urunj("create", "--bundle", bundle.toString(), id) + "; echo create=$?",
            "ls -A " + Urunj.ROOT + " 2>/dev/null",
            urunj("kill", id, "KILL") + "; echo kill=$?",
            urunj("delete", id) + "; echo delete=$?",
            urunj("delete", "--force", id) + "; echo force=$?",
            "kill -0 $BYSTANDER && echo alive; kill $BYSTANDER");
    assertThat(said)
        .contains("create=1", "kill=1", "delete=1", "force=0", "alive")
        .contains("/run/netns/missing")
        .containsOnlyOnce("linux.namespaces");
  }

  @Test
  void row5b_killAndDeleteAfterTheNamespacesNameIsGone() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    stage.node().remove(pod);
    web.kill("KILL");
    web.delete();
    stage.urunj().assertNothingLeft();
  }

  @Test
  void row5b_namespaceOfADeadPauseProcessIsCleanedWhileItLives() throws Exception {
    Pod pod = stage.pod("pod");
    Process pause =
        new ProcessBuilder(stage.node().inside().enterNamed("pod", "sleep", "60")).start();
    Node.pause(200);
    Container web =
        stage
            .urunj()
            .create(BundleBuilder.linuxWeb().netns("/proc/" + pause.pid() + "/ns/net"))
            .start();
    pause.destroyForcibly().waitFor();
    assertThat(pod.taps()).isEqualTo("tap0_urunc");
    web.kill("KILL");
    pod.assertUntouched();
    web.delete();
  }

  @Test
  void row5e_nodesOwnNamespaceIsRefusedBeforeAnythingIsWritten() throws Exception {
    Pod pod = stage.pod("pod");
    for (String path :
        List.of("/proc/1/ns/net", stage.node().inside().networkNamespace().toString())) {
      Container refused =
          stage.urunj().tryCreate(Target.unique(), BundleBuilder.linuxWeb().netns(path).build());
      assertThat(refused.awaitCreate(MOMENT)).isEqualTo(1);
      assertThat(ErrorLine.single(refused.stderr())).contains(path);
      assertThat(refused.isReaped(MOMENT)).isTrue();
    }
    Path own = BundleBuilder.linuxWeb().netns("/proc/thread-self/ns/net").build();
    Container refused = stage.urunj().tryCreate(Target.unique(), own);
    assertThat(ErrorLine.single(refused.stderr())).contains("is the node's own network namespace");
    stage.urunj().assertNothingLeft();
    stage.node().assertUntouched();
    pod.assertUntouched();
  }

  @Test
  void row5e_pathThatIsNoNetworkNamespaceIsRefused() throws Exception {
    for (String path : List.of("/proc/self/ns/mnt", "/dev/zero", "/etc", "/proc/0/ns/net")) {
      Container refused =
          stage.urunj().tryCreate(Target.unique(), BundleBuilder.linuxWeb().netns(path).build());
      assertThat(refused.awaitCreate(MOMENT)).isEqualTo(1);
      assertThat(ErrorLine.single(refused.stderr())).contains("linux.namespaces[network].path");
    }
    stage.urunj().assertNothingLeft();
  }

  @Test
  void row5f_withoutANetworkNamespaceTheNodeStaysUntouched() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.urunj().create(BundleBuilder.linuxWeb().withoutNetworkNamespace());
    web.start();
    stage.node().assertUntouched();
    assertThat(stage.node().run("ping", "-c", "1", "-W", "1", pod.address()).exitCode()).isZero();
    web.end();
    stage.node().assertUntouched();
  }

  @Test
  void row5g_namespaceOfWhoeverHasThePidNowIsLeftAlone() throws Exception {
    Pod pod = stage.pod("pod");
    Path bundle = BundleBuilder.linuxWeb().netns("/proc/77/ns/net").build();
    String id = Target.unique();
    String state = "{ ip -br link; tc qdisc; tc filter show dev eth0 ingress; }";
    String said =
        inPidNamespace(
            "ip link add eth0 type veth peer name eth1; tc qdisc add dev eth0 ingress",
            "ip tuntap add dev tap0_urunc mode tap",
            "tc filter add dev eth0 parent ffff: protocol all u32 match u32 0 0 action mirred"
                + " egress redirect dev tap0_urunc",
            state + " >$OUT/before",
            withPid(77, "nsenter --net=" + pod.path() + " sleep 60"),
            urunj("create", "--bundle", bundle.toString(), id) + " >$OUT/create; echo create=$?",
            urunj("start", id) + "; echo start=$?",
            "kill -9 77; until ! kill -0 77; do sleep 0.1; done 2>/dev/null",
            withPid(77, "sleep 60"),
            urunj("kill", id, "KILL") + "; echo kill=$?",
            urunj("delete", id) + "; echo delete=$?",
            state + " >$OUT/after; cmp $OUT/before $OUT/after && echo same",
            "kill -0 77 && echo alive; kill 77",
            "ip link del eth0; ip link del tap0_urunc");
    assertThat(said)
        .contains("create=0", "start=0", "kill=0", "delete=0", "same", "alive")
        .doesNotContain("no such pid");
    pod.assertUntouched();
  }

  @Test
  void row7_processThatGotThePidOfADeadMonitorIsSpared() throws Exception {
    Pod pod = stage.pod("pod");
    Path bundle = BundleBuilder.linuxWeb(pod).build();
    String id = Target.unique();
    String said =
        inPidNamespace(
            urunj("create", "--bundle", bundle.toString(), "--pid-file", "$OUT/pid", id)
                + " >$OUT/create; echo create=$?",
            urunj("start", id) + "; echo start=$?",
            "PID=$(cat $OUT/pid); kill -9 $PID; until ! kill -0 $PID; do sleep 0.1; done"
                + " 2>/dev/null",
            withPid("$PID", "sleep 60"),
            urunj("state", id) + " | grep status",
            urunj("kill", id, "KILL") + "; echo kill=$?",
            urunj("delete", "--force", id) + "; echo delete=$?",
            "kill -0 $PID && echo alive; kill $PID");
    assertThat(said)
        .contains("create=0", "start=0", "\"stopped\"", "kill=0", "delete=0", "alive")
        .doesNotContain("no such pid");
    pod.assertUntouched();
  }

  @Test
  void row8_twoPodsOnOneBridgeHaveTheirOwnMacsAndAnswerTwentyTimesEach() throws Exception {
    PodSpec spec = PodSpec.number(88).withBridge("br0");
    Pod first = stage.pod("one", spec);
    Pod second = stage.pod("two", spec.withAddresses("10.9.88.3/24"));
    Container one = stage.started(first);
    Container two = stage.started(second);
    first.awaitHttp("/", one);
    second.awaitHttp("/", two);
    for (int i = 0; i < 20; i++) {
      first.http("/");
      second.http("/");
    }
    assertThat(macs(first)).isNotEqualTo(macs(second)).isNotEmpty();
    one.end();
    two.end();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void row12_contractByAnnotationsPlainOrEncoded(boolean base64) throws Exception {
    Pod pod = stage.pod("pod");
    Container web =
        stage.urunj().create(BundleBuilder.linuxWeb(pod).contractByAnnotations(base64)).start();
    assertThat(web.status()).isEqualTo("running");
    web.end();
  }

  @Test
  void row13_nothingIsPrintedIntoTheContainersOutput() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    assertThat(web.console()).isEmpty();
    Result start = web.tryStart();
    assertThat(start.orFail() + start.stderr()).isEmpty();
    web.awaitConsole("serving", BOOT);
    // The firmware is silent, the kernel's lines have their time, the rest is the program's.
    assertThat(web.console().lines().filter(line -> !line.startsWith("[")))
        .allMatch(line -> line.isBlank() || line.startsWith("web:"), "only the guest");
    web.end();
  }

  /// The hardware address by which the node knows the pod's guest.
  private String macs(Pod pod) throws IOException {
    return stage.node().sh("ip neigh show " + pod.address() + " | grep -o 'lladdr [^ ]*'");
  }

  /// Runs lines of shell on the node in a PID namespace of its own, whose first process reaps all
  /// others. Standard output and error, together; `$OUT` is a directory.
  private String inPidNamespace(String... lines) throws IOException {
    Path scratch = Target.scratch();
    Path script = scratch.resolve("script");
    Files.writeString(script, "OUT=" + scratch + "\n" + String.join("\n", lines) + "\n");
    String[] command = {
      "unshare",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
      Target.compiled("reaper").toString(),
      scratch.resolve("reaped").toString(),
      "sh",
      "-c",
      "exec sh " + script + " </dev/null >" + scratch + "/said 2>&1"
    };
    stage.node().run(command);
    return Files.readString(scratch.resolve("said"));
  }

  private String urunj(String... words) {
    return String.join(" ", stage.urunj().line(words));
  }

  /// Shell that starts a command in the background under a process id of our choice.
  private static String withPid(Object pid, String command) {
    return "for try in 1 2 3 4 5; do echo $(("
        + pid
        + " - 1)) >/proc/sys/kernel/ns_last_pid; "
        + command
        + " & [ $! = "
        + pid
        + " ] && break; kill $!; done; [ $! = "
        + pid
        + " ] || echo no such pid; sleep 0.2";
  }
}
