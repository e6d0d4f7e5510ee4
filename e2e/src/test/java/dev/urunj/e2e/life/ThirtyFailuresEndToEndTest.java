package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Failures of other runtimes, by the numbers of docs/failures.md, where the tests for the others
/// are named.
@EndToEnd
class ThirtyFailuresEndToEndTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @RegisterExtension final Stage stage = Stage.withOwnProcesses();

  /// `kill(-1)` reaches every process but the first, `kill(0)` the whole process group.
  @ParameterizedTest
  @ValueSource(strings = {"-1", "0", "1", "none", "\"77\"", "4294967297"})
  void n8_recordWithAPidThatIsNobodysKillsNobody(String pid) throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    stage.node().sh("sleep 600 >/dev/null 2>&1 & echo $! >/run/bystander");
    String record = Files.readString(recordOf(web));
    JsonObject changed = JsonParser.parseString(record).getAsJsonObject();
    if (pid.equals("none")) {
      changed.remove("process");
    } else {
      changed.getAsJsonObject("process").add("pid", JsonParser.parseString(pid));
    }
    Files.writeString(recordOf(web), changed.toString());
    for (String verb : List.of("kill", "delete --force", "state", "kill KILL")) {
      List<String> words = new ArrayList<>(List.of(verb.split(" ")));
      words.add(1, web.id());
      if (verb.startsWith("delete")) {
        words = List.of("delete", "--force", web.id());
      }
      Result result = stage.urunj().command(words.toArray(String[]::new));
      assertThat(result.stderr().lines().count()).as(result.stderr()).isLessThanOrEqualTo(1);
      stage.node().sh("kill -0 $(cat /run/bystander)");
    }
    if (Files.exists(recordOf(web))) {
      Files.writeString(recordOf(web), record);
      web.tryDelete("--force").orFail();
    }
    stage.node().sh("kill -9 $(cat /run/bystander); rm /run/bystander");
    pod.assertUntouched();
  }

  /// The shim that should reap the monitor is the one that waits for `kill` or `delete`.
  @Test
  void n9_zombieIsDeadForEveryVerbAtOnce() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    String reaper = stage.node().sh("cut -d' ' -f4 /proc/" + web.pid() + "/stat").strip();
    stage.node().sh("kill -STOP " + reaper + "; kill -9 " + web.pid());
    long begun = System.nanoTime();
    assertThat(web.status()).isEqualTo("stopped");
    web.kill("KILL");
    pod.assertUntouched();
    web.delete();
    assertThat(stage.node().sh("cut -d' ' -f3 /proc/" + web.pid() + "/stat").strip())
        .isEqualTo("Z");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(50));
    web.continueReaper();
    assertThat(web.isReaped(LONG)).isTrue();
  }

  /// The node's end of the pod's link goes when no process holds the pod's namespace any more.
  @Test
  void n10_namespaceEndsWithItsPod() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    web.end();
    stage.node().sh("ip netns del pod");
    await("! ip link show " + pod.nodeLink());
    stage.node().sh("ip netns add pod");
    stage.node().remove(pod);
  }

  @Test
  void n13_verbsOnAMonitorThatHangsComeToAnEnd() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    stage.node().sh("kill -STOP " + web.pid());
    assertThat(web.status()).isEqualTo("running");
    assertThat(stage.urunj().command("list").orFail()).contains(web.id());
    web.kill("TERM");
    assertThat(ErrorLine.of(web.tryDelete())).contains("not stopped");
    web.kill("KILL");
    pod.assertUntouched();
    web.delete();
  }

  @Test
  void n14_stateAndKillWaitForNobody() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    String directory = Urunj.ROOT + "/" + web.id();
    String holder =
        stage.node().sh("flock -F " + directory + " sleep 600 >/dev/null 2>&1 & echo $!").strip();
    await("! flock -n " + directory + " true");
    assertThat(web.status()).isEqualTo("running");
    assertThat(stage.urunj().command("list").orFail()).contains(web.id());
    web.kill("0");
    web.kill("WINCH");
    web.kill("STOP");
    web.kill("CONT");
    stage.node().sh("kill -9 " + holder);
    web.end();
    pod.assertUntouched();
  }

  /// The node's default may be `fq`, which drops what a redirect delivers with an old time stamp.
  @Test
  void n17_rootQdiscOfTheTapIsOursWhateverTheNodesDefaultIs() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    assertThat(pod.run("tc", "qdisc", "show", "dev", "tap0_urunc", "root").orFail())
        .startsWith("qdisc pfifo ");
    web.end();
  }

  @Test
  void n18_tapHasNeitherAddressNorRoute() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    assertThat(pod.run("ip", "-4", "addr", "show", "dev", "tap0_urunc").orFail()).isEmpty();
    assertThat(pod.run("ip", "-4", "route", "show", "table", "all", "dev", "tap0_urunc").orFail())
        .isEmpty();
    web.end();
  }

  @Test
  void n22_addressesAndRoutesOfThePodStayWhileItsGuestRuns() throws Exception {
    Pod pod = stage.pod("pod");
    String[] addresses = {"ip", "-o", "addr", "show", "dev", "eth0"};
    String[] routes = {"ip", "route", "show", "table", "all", "dev", "eth0"};
    String before = pod.run(addresses).orFail() + pod.run(routes).orFail();
    Container web = stage.started(pod);
    assertThat(pod.run(addresses).orFail() + pod.run(routes).orFail()).isEqualTo(before);
    web.end();
  }

  @Test
  void n27_emptyPathOfTheNamespaceIsNone() throws Exception {
    Container web = stage.urunj().create(BundleBuilder.linuxWeb().netns("")).start();
    assertThat(web.status()).isEqualTo("running");
    stage.node().assertUntouched();
    web.end();
  }

  /// Another version is put in place of the one that made the container, and the old one removed.
  @Test
  void n29_runtimeThatIsReplacedUnderARunningPodStillEndsIt() throws Exception {
    Pod pod = stage.pod("pod");
    Path old = Target.scratch().resolve("old");
    String own = Target.launcher().resolve("../..").normalize().toString();
    stage.node().sh("cp -al " + own + " " + old + " 2>/dev/null || cp -a " + own + " " + old);
    String bundle = BundleBuilder.linuxWeb(pod).build().toString();
    String id = Target.unique();
    for (String verb : List.of("create --bundle " + bundle + " " + id, "start " + id)) {
      String line = String.join(" ", stage.urunj().line(verb.split(" ")));
      stage.node().sh(line.replace(own, old.toString()) + " </dev/null >/dev/null 2>&1");
    }
    stage.node().sh("rm -r " + old);
    String state = stage.urunj().command("state", id).orFail();
    assertThat(state).contains("\"running\"");
    stage.urunj().command("kill", id, "KILL").orFail();
    stage.urunj().command("delete", id).orFail();
    pod.assertUntouched();
  }

  private Path recordOf(Container container) {
    return stage.node().path(Urunj.ROOT + "/" + container.id() + "/urunj.json");
  }

  private void await(String condition) throws IOException {
    long end = System.nanoTime() + LONG.toNanos();
    while (stage.node().run("sh", "-c", condition).exitCode() != 0) {
      assertThat(System.nanoTime()).as(condition).isLessThan(end);
      Node.pause(50);
    }
  }
}
