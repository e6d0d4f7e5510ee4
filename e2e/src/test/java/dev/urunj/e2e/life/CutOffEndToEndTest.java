package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Leftovers;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands that are killed at any moment: the next command finishes or undoes what they began.
@EndToEnd
class CutOffEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(10);

  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @ValueSource(ints = {20, 50, 70, 90, 110, 130, 150, 180, 220, 280})
  void createThatWasKilledIsUndoneByDelete(int millis) throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.urunj().beginCreate(Target.unique(), BundleBuilder.linuxWeb(pod).build());
    Node.pause(millis);
    web.killCommand();
    assertThat(web.awaitCreate(MOMENT)).isIn(0, 137);
    web.tryDelete("--force").orFail();
    assertThat(web.isReaped(MOMENT)).as("no process is left").isTrue();
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 80, 120, 180})
  void createThatWasKilledIsUndoneByTheNextCreate(int millis) throws Exception {
    Pod pod = stage.pod("pod");
    Container cut = stage.urunj().beginCreate(Target.unique(), BundleBuilder.linuxWeb(pod).build());
    Node.pause(millis);
    cut.killCommand();
    if (cut.awaitCreate(MOMENT) == 0 || isWhole(cut)) {
      return; // it was faster; the machine decides
    }
    Container again = stage.urunj().tryCreate(cut.id(), BundleBuilder.linuxWeb(pod).build());
    assertThat(again.awaitCreate(MOMENT)).as(again.console()).isZero();
    again.start();
    again.end();
    pod.assertUntouched();
  }

  /// A SIGKILL behind the last act of a create finds a container that no create undoes.
  private boolean isWhole(Container cut) throws Exception {
    return stage.urunj().command("state", cut.id()).exitCode() == 0
        && cut.status().equals("created");
  }

  /// runc makes the control groups first and writes down last that there is a container. The hook
  /// keeps it in between.
  @Test
  void lowLevelRuntimeThatIsKilledInItsCreateLeavesNoControlGroup() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod).hook("createRuntime", "/bin/sleep", "600");
    Container web = stage.urunj().beginCreate(Target.unique(), bundle.build());
    Leftovers left = Leftovers.on(stage.node(), pod);
    ProcessHandle hook = await(left, "sleep 600");
    ProcessHandle runc = hook.parent().orElseThrow();
    assertThat(commandLine(runc)).contains("/runc --root " + Urunj.ROOT);
    assertThat(stage.node().sh(groups())).as("control groups").isNotEmpty();
    web.killCommand();
    runc.destroyForcibly();
    hook.destroyForcibly();
    assertThat(web.awaitCreate(MOMENT)).isEqualTo(137);
    web.tryDelete("--force").orFail();
    assertThat(web.isReaped(MOMENT)).as("no process is left").isTrue();
    assertThat(stage.node().sh(groups())).as("control groups").isEmpty();
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  private static String groups() {
    return "find /sys/fs/cgroup -type d -name '" + Target.prefix() + "*'";
  }

  private static ProcessHandle await(Leftovers left, String words) throws Exception {
    long end = System.nanoTime() + MOMENT.toNanos();
    while (System.nanoTime() < end) {
      for (ProcessHandle process : left.processes()) {
        if (commandLine(process).endsWith(words)) {
          return process;
        }
      }
      Node.pause(50);
    }
    throw new AssertionError("no process " + words);
  }

  private static String commandLine(ProcessHandle process) throws Exception {
    Path file = Path.of("/proc/" + process.pid() + "/cmdline");
    return Files.exists(file) ? Files.readString(file).replace('\0', ' ').strip() : "";
  }

  /// runc binds its own program to a file in its state while it makes a container.
  @Test
  void mountThatRuncHasLeftInItsStateDoesNotStopDelete() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    String left = Urunj.ROOT + "/" + web.id() + "/runc/" + web.id() + "/runc.left";
    stage.node().sh(": >" + left + "; mount --bind /bin/sh " + left);
    web.delete();
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  /// Whether it came to freeze the monitor or not, the guest answers again after a resume.
  @ParameterizedTest
  @ValueSource(ints = {40, 60, 70, 80, 90, 100, 120, 150, 200, 300})
  void pauseThatWasKilledIsMendedByResume(int millis) throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.answering(pod);
    killed(millis, "pause", web.id());
    if (web.status().equals("paused")) {
      stage.urunj().command("resume", web.id()).orFail();
    }
    assertThat(web.status()).isEqualTo("running");
    assertThat(pod.awaitHttp("/", web)).contains("web");
    web.end();
    stage.urunj().assertNothingLeft();
  }

  /// The record says so as long as the monitor may be frozen.
  @ParameterizedTest
  @ValueSource(ints = {60, 80, 100, 120, 150, 200})
  void resumeThatWasKilledIsMendedByResume(int millis) throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.answering(pod);
    stage.urunj().command("pause", web.id()).orFail();
    killed(millis, "resume", web.id());
    if (web.status().equals("paused")) {
      stage.urunj().command("resume", web.id()).orFail();
    }
    assertThat(web.status()).isEqualTo("running");
    assertThat(pod.awaitHttp("/", web)).contains("web");
    web.end();
    stage.urunj().assertNothingLeft();
  }

  /// What a SIGKILL between the record and the freezer leaves, made by hand, because no time hits
  /// it for certain.
  @Test
  void monitorThatOnlyTheRecordCallsPausedIsResumedKilledAndDeleted() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.answering(pod);
    callPaused(web);
    assertThat(web.status()).isEqualTo("paused");
    stage.urunj().command("resume", web.id()).orFail();
    assertThat(web.status()).isEqualTo("running");
    assertThat(pod.awaitHttp("/", web)).contains("web");
    callPaused(web);
    web.kill("KILL");
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    web.delete();

    Container forced = stage.started(pod);
    callPaused(forced);
    forced.tryDelete("--force").orFail();
    assertThat(forced.exitStatus(MOMENT)).isEqualTo(137);
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  private void callPaused(Container container) throws Exception {
    String file = Urunj.ROOT + "/" + container.id() + "/urunj.json";
    stage
        .node()
        .sh(
            "grep -q '\"status\":\"running\"' "
                + file
                + " && sed -i 's/\"status\":\"running\"/\"status\":\"paused\"/' "
                + file);
  }

  /// Runs a command that is killed after a while, if it still runs. Its low-level runtime is not.
  private void killed(int millis, String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("timeout", "-s", "KILL", millis / 1000.0 + "s"));
    line.addAll(stage.urunj().line(words));
    stage.node().run(line.toArray(String[]::new));
  }
}
