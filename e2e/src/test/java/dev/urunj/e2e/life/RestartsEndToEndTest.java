package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The pod that crashes again and again. Each life is a create, a start that must have a monitor
/// behind it, and a SIGKILL; what follows differs. `-Durunj.restarts=1000` makes it the long run
/// whose figures are in docs/restarts.md; `target/restarts.md` has those of the last run.
@EndToEnd
class RestartsEndToEndTest {
  private static final int RESTARTS = Integer.getInteger("urunj.restarts", 100);

  /// Lives before the first measurement, in which caches fill.
  private static final int WARM_UP = 10;

  private static final Duration MOMENT = Duration.ofSeconds(10);

  @RegisterExtension final Stage stage = Stage.withOwnProcesses();

  @Test
  void nothingGrowsWhileKilledMonitorsAreReplacedInOnePod() throws Exception {
    Pod pod = stage.pod("pod");
    Path table = Target.directory().resolve("restarts.md");
    Files.writeString(table, Footprint.header());
    restart(pod, WARM_UP);
    Footprint first = Footprint.of(stage.node());
    String rows = first.row(0);
    Footprint last = first;
    for (int tenth = 1; tenth <= 10; tenth++) {
      restart(pod, RESTARTS / 10);
      last = Footprint.of(stage.node());
      rows += last.row(tenth * (RESTARTS / 10));
      Files.writeString(table, Footprint.header() + rows);
      stage.node().assertUntouched();
    }
    last.assertNotGrown(first, RESTARTS);
    assertThat(pod.taps()).isEmpty();
  }

  private void restart(Pod pod, int times) throws IOException {
    Container dead = null;
    for (int i = 0; i < times; i++) {
      Container web = stage.started(pod);
      if (dead != null) {
        remove(dead, i);
      }
      String monitor = stage.node().sh("cat /proc/" + web.pid() + "/comm; kill -9 " + web.pid());
      assertThat(monitor).startsWith("qemu");
      assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
      dead = web;
      if (i % 2 == 0) {
        remove(web, i);
        dead = null;
      }
    }
    if (dead != null) {
      remove(dead, times);
    }
  }

  /// As an engine does it, kill first; as `ctr` does it, delete alone; and by force.
  private void remove(Container dead, int i) throws IOException {
    if (i % 3 == 0) {
      dead.kill("KILL");
    }
    dead.tryDelete(i % 3 == 1 ? new String[] {"--force"} : new String[0]).orFail();
    stage.urunj().forget(dead);
  }
}
