package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Rows 1 and 2 of the baseline: what a crash of the monitor leaves.
@EndToEnd
class CrashEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(5);
  private static final int RESTARTS = 20;

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void row1_tapIsGoneWithItsMonitorAndThePodRestartsTwentyTimes() throws Exception {
    Pod pod = stage.pod("pod");
    for (int restart = 1; restart <= RESTARTS; restart++) {
      Container web = stage.started(pod);
      if (restart == 1 || restart == RESTARTS) {
        pod.awaitHttp("/", web);
      }
      crash(web);
      assertThat(pod.taps()).isEmpty();
      assertThat(web.status()).isEqualTo("stopped");
      web.delete();
    }
    pod.assertUntouched();
  }

  @Test
  void row1_successorStartsBesideTheDeadContainerAndAnswers() throws Exception {
    Pod pod = stage.pod("pod");
    Container old = stage.answering(pod);
    crash(old);
    Container young = stage.answering(pod);
    old.delete();
    assertThat(pod.http("/")).contains("web");
    young.end();
    pod.assertUntouched();
  }

  @Test
  void row2_deleteAloneCleansUpAfterACrash() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    crash(web);
    web.delete();
    pod.assertUntouched();
  }

  @Test
  void row2_killAndDeleteByForceCleanUpAfterACrash() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    crash(web);
    web.kill("KILL");
    pod.assertUntouched();
    web.tryDelete("--force").orFail();
  }

  @Test
  void row2_deleteByForceEndsARunningGuest() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    web.tryDelete("--force").orFail();
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    pod.assertUntouched();
  }

  private static void crash(Container container) throws IOException {
    ProcessHandle.of(container.pid()).orElseThrow().destroyForcibly();
    assertThat(container.exitStatus(MOMENT)).isEqualTo(137);
  }
}
