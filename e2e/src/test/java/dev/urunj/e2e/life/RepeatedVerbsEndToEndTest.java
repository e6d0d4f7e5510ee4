package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Verbs at the wrong time, twice, or at once. Row 4 of the baseline is here.
@EndToEnd
class RepeatedVerbsEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(5);
  private static final Duration BOTH_WAIT = Duration.ofSeconds(1);

  /// The descriptor of the created process that is its initrd.
  private static final int INITRD = 6;

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void row4_killAndDeleteTwice() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    web.kill("KILL");
    web.kill("KILL");
    web.kill("TERM");
    assertThat(ErrorLine.of(web.tryKill("0"))).contains("not running");
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    web.delete();
    assertThat(ErrorLine.of(web.tryDelete())).contains("does not exist");
    assertThat(ErrorLine.of(web.tryKill("KILL"))).contains("does not exist");
    web.tryDelete("--force").orFail();
    pod.assertUntouched();
  }

  @Test
  void row4_unknownIdIsSaidByEveryVerb() throws Exception {
    String id = Target.unique();
    for (String verb : List.of("state", "start", "kill", "delete", "pause", "resume", "ps")) {
      Result result = stage.urunj().command(verb, id);
      assertThat(result.exitCode()).as(verb).isEqualTo(1);
      assertThat(result.stderr()).as(verb).contains("does not exist");
    }
    stage.urunj().command("delete", "--force", id).orFail();
  }

  @Test
  void row4_signalsThatAreNoneOfAGuestsDoNotEndIt() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    for (String signal : List.of("0", "WINCH", "28", "HUP", "USR2", "CHLD")) {
      web.kill(signal);
    }
    assertThat(web.status()).isEqualTo("running");
    assertThat(ErrorLine.of(web.tryKill("NONSENSE"))).contains("NONSENSE");
    assertThat(ErrorLine.of(web.tryDelete())).contains("not stopped: running");
    web.end();
  }

  @Test
  void row4_startedTwiceIsAnError() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    assertThat(ErrorLine.of(web.tryStart())).contains("already running");
    assertThat(web.isAlive()).isTrue();
    web.kill("KILL");
    assertThat(ErrorLine.of(web.tryStart())).contains("stopped");
    web.delete();
    pod.assertUntouched();
  }

  @Test
  void row4_createOfAnExistingIdIsRefusedAndTheFirstLives() throws Exception {
    Pod pod = stage.pod("pod");
    Pod other = stage.pod("other");
    Container first = stage.started(pod);
    Container second = stage.urunj().tryCreate(first.id(), BundleBuilder.linuxWeb(other).build());
    assertThat(second.awaitCreate(MOMENT)).isEqualTo(1);
    assertThat(ErrorLine.single(second.stderr())).contains("exists");
    other.assertUntouched();
    assertThat(first.status()).isEqualTo("running");
    assertThat(first.isAlive()).isTrue();
    first.end();
  }

  @Test
  void row4_createdButNeverStartedIsDeletedWithoutKill() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    assertThat(pod.taps()).isEqualTo("tap0_urunc");
    web.delete();
    assertThat(web.isReaped(MOMENT)).isTrue();
    pod.assertUntouched();
  }

  @Test
  void createdContainerDiesOfKillAndOfTerm() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    web.kill("KILL");
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    assertThat(web.status()).isEqualTo("stopped");
    web.delete();
    pod.assertUntouched();
  }

  @Test
  void killOfADeadMonitorIsSuccess() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    ProcessHandle.of(web.pid()).orElseThrow().destroyForcibly();
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    web.kill("KILL");
    web.kill("TERM");
    web.delete();
  }

  @Test
  void row9_ofTwoStartsAtOnceOneWinsAndTheOtherSaysSo() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      Callable<Result> start = web::tryStart;
      List<Result> results =
          pool.invokeAll(List.of(start, start)).stream().map(future -> future.resultNow()).toList();
      assertOneWins(results);
    }
    assertThat(web.status()).isEqualTo("running");
    assertThat(pod.taps()).isEqualTo("tap0_urunc");
    web.end();
    pod.assertUntouched();
  }

  /// Both have read `created` before either has the initrd's file. The second must not touch what
  /// the first has given to its monitor.
  @Test
  void row9_aStartThatWaitedForAnotherLeavesItsInitrdAlone() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.urunj().create(BundleBuilder.linuxWeb(pod));
    Path initrd = Path.of("/proc/" + web.pid() + "/fd/" + INITRD);
    Process holder = new ProcessBuilder("flock", initrd.toString(), "cat").start();
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      Callable<Result> start = web::tryStart;
      List<Future<Result>> starts = List.of(pool.submit(start), pool.submit(start));
      Thread.sleep(BOTH_WAIT);
      assertThat(starts).noneMatch(Future::isDone);
      holder.getOutputStream().close();
      List<Result> results = List.of(starts.get(0).get(), starts.get(1).get());
      assertOneWins(results);
    } finally {
      holder.destroy();
    }
    assertThat(Files.size(initrd)).isPositive();
    assertThat(web.status()).isEqualTo("running");
    web.end();
    pod.assertUntouched();
  }

  @Test
  void row9_startRightAfterCreateRunsTheMonitorEveryTime() throws Exception {
    Pod pod = stage.pod("pod");
    for (int i = 0; i < 8; i++) {
      Container web = stage.started(pod);
      assertThat(web.status()).isEqualTo("running");
      assertThat(stage.node().sh("cat /proc/" + web.pid() + "/comm")).startsWith("qemu");
      web.end();
    }
  }

  private static void assertOneWins(List<Result> starts) {
    assertThat(starts).extracting(Result::exitCode).containsExactlyInAnyOrder(0, 1);
    for (Result result : starts) {
      assertThat(result.stderr())
          .contains(result.exitCode() == 0 ? "" : "cannot start an already running container");
    }
  }
}
