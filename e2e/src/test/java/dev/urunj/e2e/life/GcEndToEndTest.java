package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `urunj gc`: what it finds, what it removes, and most of all what it leaves alone. After each
/// test the node and its pods are compared with what they were.
@EndToEnd
class GcEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(20);
  private static final String ROOT = Urunj.ROOT;

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void containersInOrderAreNoFindings() throws Exception {
    Container running = stage.started(stage.pod("one"));
    Container created = stage.urunj().create(BundleBuilder.linuxWeb(stage.pod("two")));
    Container stopped = stage.started(stage.pod("three"));
    stopped.kill("KILL");
    assertThat(apply()).isEmpty();
    assertThat(running.status()).isEqualTo("running");
    assertThat(created.status()).isEqualTo("created");
    assertThat(stopped.status()).isEqualTo("stopped");
  }

  @Test
  void missingRootHasNothing() throws Exception {
    assertThat(look()).isEmpty();
    Result table = stage.urunj().command("gc");
    assertThat(table.orFail()).isEqualTo("KIND   SUBJECT   OUTCOME   REASON\n");
    assertThat(ErrorLine.of(stage.urunj().command("gc", "--format", "xml"))).contains("xml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"redirect", "fabric"})
  void monitorWithoutStateIsKilledAndItsPodIsAsBefore(String mode) throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod).annotation("dev.urunj.network.mode", mode);
    Container web = stage.urunj().create(bundle).start();
    pod.awaitHttp("/", web);
    stage.node().sh("umount " + of(web, "netns") + "; rm -r " + ROOT + "/" + web.id());
    assertThat(look()).containsExactly("orphan-process found");
    assertThat(web.isAlive()).as("the dry run changes nothing").isTrue();
    assertThat(apply()).containsExactly("orphan-process removed", "dead-" + mode + " removed");
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    assertThat(look()).isEmpty();
    pod.assertUntouched();
    removeGroups();
  }

  @Test
  void containerWithoutRecordIsEndedWithAllThatIsItsOwn() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    stage.node().sh("rm " + of(web, "urunj.json"));
    assertThat(look()).containsExactly("orphan-container found");
    assertThat(web.isAlive()).isTrue();
    assertThat(apply()).containsExactly("orphan-container removed");
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  @Test
  void networkOfADeadMonitorIsTakenBackAndItsContainerWaitsForDelete() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    ProcessHandle.of(web.pid()).orElseThrow().destroyForcibly();
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    assertThat(look()).containsExactly("dead-network found");
    assertThat(apply()).containsExactly("dead-network removed");
    assertThat(apply()).isEmpty();
    pod.assertUntouched();
    assertThat(web.status()).isEqualTo("stopped");
    web.delete();
  }

  @Test
  void damagedStateOfALivingMonitorIsLeftAndOfADeadOneRemoved() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    stage.node().sh("echo garbage > " + of(web, "urunj.json"));
    assertThat(apply()).containsExactly("damaged-state left");
    assertThat(web.isAlive()).isTrue();
    ProcessHandle.of(web.pid()).orElseThrow().destroyForcibly();
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    assertThat(apply()).contains("damaged-state removed");
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  @Test
  void whatKilledCommandsAndOtherBootsLeftIsRemoved() throws Exception {
    String record =
        "\"schema\":1,\"status\":\"%s\",\"bundle\":\"/b\",\"created\":\"x\",\"annotations\":{}";
    String otherBoot =
        ",\"network\":{\"device\":4,\"inode\":4026531840,\"cookie\":1,\"bootId\":\"old\"}";
    stage
        .node()
        .sh(
            "mkdir -p "
                + ROOT
                + "/@new.a "
                + ROOT
                + "/@old.b/bundle "
                + ROOT
                + "/cut "
                + ROOT
                + "/old/runc\n"
                + ("echo '{\"id\":\"cut\"," + record.formatted("creating") + "}' > ")
                + (ROOT + "/cut/urunj.json\n")
                + ("echo '{\"id\":\"old\"," + record.formatted("running") + otherBoot + "}' > ")
                + (ROOT + "/old/urunj.json\n")
                + ("echo '{\"act\":\"container\"}' > " + ROOT + "/old/journal"));
    assertThat(look())
        .containsExactly(
            "remains found", "remains found", "aborted-create found", "stale-state found");
    assertThat(apply())
        .containsExactly(
            "remains removed", "remains removed", "aborted-create removed", "stale-state removed");
    stage.urunj().assertNothingLeft();
  }

  @Test
  void whatIsNotOursIsSaidAndLeftAlone() throws Exception {
    Pod pod = stage.pod("pod");
    stage.node().sh("mkdir -p " + ROOT + "/empty " + ROOT + "/of-runc; echo x > " + ROOT + "/file");
    stage.node().sh("echo '{\"id\":\"of-runc\"}' > " + ROOT + "/of-runc/state.json");
    String foreign =
        "ip tuntap add tap9_urunc mode tap; ip tuntap add tap8 mode tap;"
            + " tc qdisc add dev eth0 ingress;"
            + " tc filter add dev eth0 parent ffff: prio 7 protocol all u32 match u32 0 0"
            + " action mirred egress redirect dev tap8; ip link del tap8;"
            + " ip link show; tc filter show dev eth0 ingress";
    pod.run("sh", "-ec", foreign).orFail();
    String shown = shown(pod);
    assertThat(apply())
        .containsExactly("foreign left", "foreign left", "foreign left", "unknown-tap left");
    assertThat(shown(pod)).isEqualTo(shown);
    assertThat(stage.node().sh("cd " + ROOT + "; find . | sort"))
        .isEqualTo(".\n./empty\n./file\n./of-runc\n./of-runc/state.json\n");
    stage.node().sh("rm -r " + ROOT + "/empty " + ROOT + "/of-runc " + ROOT + "/file");
    pod.run("sh", "-ec", "ip link del tap9_urunc; tc qdisc del dev eth0 ingress").orFail();
  }

  @Test
  void createThatIsAtWorkIsPassedOver() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod).hook("createRuntime", "/bin/sleep", "4");
    Container web = stage.urunj().beginCreate(Target.unique(), bundle.build());
    boolean seen = false;
    while (!seen && !isCreated(web)) {
      seen = apply().contains("busy left");
    }
    assertThat(seen).isTrue();
    assertThat(web.awaitCreate(MOMENT)).isZero();
    web.start();
    pod.awaitHttp("/", web);
    web.end();
    pod.assertUntouched();
  }

  private boolean isCreated(Container web) throws IOException {
    return stage.urunj().command("state", web.id()).stdout().contains("\"status\": \"created\"");
  }

  private static String shown(Pod pod) throws IOException {
    return pod.run("sh", "-c", "ip link show; tc qdisc show; tc filter show dev eth0 ingress")
        .orFail();
  }

  private static String of(Container container, String file) {
    return ROOT + "/" + container.id() + "/" + file;
  }

  /// Without state no record names the control groups any more. They are the caller's, like its
  /// pod's.
  private void removeGroups() throws IOException {
    String mine = Target.prefix() + "*";
    stage.node().sh("find /sys/fs/cgroup -depth -type d -name '" + mine + "' -exec rmdir {} +");
  }

  private List<String> look() throws IOException {
    return findings("gc", "--format", "json");
  }

  private List<String> apply() throws IOException {
    return findings("gc", "--apply", "--format", "json");
  }

  private List<String> findings(String... words) throws IOException {
    JsonObject json =
        JsonParser.parseString(stage.urunj().command(words).orFail()).getAsJsonObject();
    assertThat(json.get("root").getAsString()).isEqualTo(ROOT);
    List<String> findings = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray("findings")) {
      JsonObject finding = element.getAsJsonObject();
      String outcome = finding.get("outcome").getAsString();
      assertThat(finding.get("reason").getAsString()).isNotEmpty();
      assertThat(finding.has("proof")).isEqualTo(!outcome.equals("left"));
      findings.add(finding.get("kind").getAsString() + " " + outcome);
    }
    return findings;
  }
}
