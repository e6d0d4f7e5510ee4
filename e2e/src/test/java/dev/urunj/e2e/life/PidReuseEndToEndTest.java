package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Needs;
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

/// Process ids that are used again, by force: the test sets which one the kernel of a PID namespace
/// gives next. The process with that number is neither signalled nor entered, by us or through
/// runc.
@Needs(
    root = true,
    programs = {
      "unshare",
      "nsenter",
      "ip",
      "tc",
      "curl",
      "gcc",
      "runc",
      "qemu-system-x86_64",
      "strace"
    },
    files = "/dev/net/tun")
class PidReuseEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(10);

  @RegisterExtension final Stage stage = Stage.withOwnProcesses();

  @Test
  void noVerbReachesWhoeverHasTheIdOfADeadMonitor() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    Impostor impostor = replace(web);
    assertStopped(impostor, web.id());
    for (String signal : List.of("TERM", "STOP", "KILL", "WINCH")) {
      impostor.run("kill", web.id(), signal).orFail();
      impostor.assertUnharmed();
    }
    assertRefused(impostor.run("kill", web.id(), "0"), "not running");
    assertRefused(impostor.run("pause", web.id()), "stopped");
    assertRefused(impostor.run("resume", web.id()), "stopped");
    assertRefused(impostor.run("start", web.id()), "stopped");
    assertThat(impostor.run("update", "--memory", "200m", web.id()).exitCode()).isNotZero();
    assertThat(impostor.run("ps", web.id()).stdout()).doesNotContain("impostor");
    impostor.run("events", "--stats", web.id());
    impostor.assertUnharmed();
    impostor.run("delete", web.id()).orFail();
    impostor.end();
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"created", "running", "paused"})
  void deleteByForceReachesNobodyWhateverTheContainerWas(String status) throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod);
    Container web = stage.urunj().create(bundle);
    if (!status.equals("created")) {
      web.start();
    }
    if (status.equals("paused")) {
      stage.urunj().command("pause", web.id()).orFail();
    }
    crash(web);
    thaw(bundle.cgroup());
    Impostor impostor = Impostor.take(stage.urunj(), web.pid());
    assertStopped(impostor, web.id());
    impostor.run("delete", "--force", web.id()).orFail();
    impostor.end();
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  @Test
  void containerWhoseNamespaceWasNamedByAProcessStaysInItWhenTheIdIsSomebodyElses()
      throws Exception {
    Pod pod = stage.pod("pod");
    long pause = pauseIn(pod);
    Container web =
        stage.urunj().create(BundleBuilder.linuxWeb().netns("/proc/" + pause + "/ns/net"));
    stage.node().sh("kill -9 " + pause);
    Impostor impostor = Impostor.take(stage.urunj(), pause);
    web.start();
    pod.awaitHttp("/", MOMENT.multipliedBy(3), web::console);
    impostor.assertUnharmed();
    impostor.run("kill", web.id(), "WINCH").orFail();
    web.kill("KILL");
    impostor.run("kill", web.id(), "KILL").orFail();
    pod.assertUntouched();
    impostor.run("delete", "--force", web.id()).orFail();
    impostor.end();
    pod.assertUntouched();
  }

  @Test
  void runcIsNotFooledThroughUs() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    Impostor impostor = replace(web);
    String root = Urunj.ROOT + "/" + web.id() + "/runc";
    JsonObject known =
        JsonParser.parseString(stage.node().run("runc", "--root", root, "state", web.id()).orFail())
            .getAsJsonObject();
    assertThat(known.get("status").getAsString()).isEqualTo("stopped");
    impostor.run("delete", web.id()).orFail();
    impostor.end();
  }

  @Test
  void recordOfAnotherBootReachesNobodyEvenWhenIdAndStartTimeAreTheSame() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod);
    Container web = stage.urunj().create(bundle).start();
    Impostor impostor = replace(web);
    long startTime =
        Long.parseLong(stage.node().sh("cut -d' ' -f22 /proc/" + web.pid() + "/stat").strip());
    edit(
        web.id(),
        "urunj.json",
        record -> {
          JsonObject process = record.getAsJsonObject("process");
          process.addProperty("startTime", startTime);
          process.addProperty("bootId", "11111111-2222-3333-4444-555555555555");
        });
    edit(
        web.id(),
        "runc/" + web.id() + "/state.json",
        state -> state.addProperty("init_process_start", startTime));
    assertStopped(impostor, web.id());
    impostor.run("kill", web.id(), "KILL").orFail();
    impostor.run("delete", "--force", web.id()).orFail();
    impostor.end();
    stage.node().sh("find /sys/fs/cgroup -depth -path '*" + bundle.cgroup() + "' -exec rmdir {} +");
    stage.urunj().assertNothingLeft();
  }

  private void assertStopped(Impostor impostor, String id) throws IOException {
    String state = impostor.run("state", id).orFail();
    JsonObject json = JsonParser.parseString(state).getAsJsonObject();
    assertThat(json.get("status").getAsString()).isEqualTo("stopped");
    assertThat(json.get("pid").getAsInt()).isZero();
  }

  private static void assertRefused(Result result, String words) {
    assertThat(ErrorLine.of(result)).contains(words);
  }

  /// Kills the monitor and lets an impostor take its id.
  private Impostor replace(Container container) throws IOException {
    crash(container);
    return Impostor.take(stage.urunj(), container.pid());
  }

  private void crash(Container container) throws IOException {
    stage.node().sh("kill -9 " + container.pid());
  }

  /// With the version 1 freezer a process that is frozen does not die.
  private void thaw(String cgroup) throws IOException {
    String state = "/sys/fs/cgroup/freezer" + cgroup + "/freezer.state";
    stage.node().sh("[ ! -e " + state + " ] || echo THAWED >" + state);
  }

  /// A process in the pod's namespace, as a pause container is; its id on the node.
  private long pauseIn(Pod pod) throws IOException {
    return Long.parseLong(
        pod.run("sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $!").orFail().strip());
  }

  private interface Change {
    void to(JsonObject json);
  }

  private void edit(String id, String file, Change change) throws IOException {
    Path path = stage.node().path(Urunj.ROOT + "/" + id + "/" + file);
    JsonObject json = JsonParser.parseString(Files.readString(path)).getAsJsonObject();
    change.to(json);
    Files.writeString(path, json.toString());
  }
}
