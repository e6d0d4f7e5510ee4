package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.AtOnce;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A node on which everything happens at once. Each command is a process of its own, so fifty of
/// them are fifty JVMs on as many processors as there are.
@EndToEnd
class CrowdEndToEndTest {
  private static final int CROWD = Integer.getInteger("urunj.crowd", 50);
  private static final Duration LONG = Duration.ofMinutes(3);

  @RegisterExtension final Stage stage = Stage.withOwnProcesses();

  @Test
  void fiftyContainersAtOnceAllLiveAndNothingIsLeft() throws Exception {
    List<Container> crowd = new ArrayList<>();
    for (Pod pod : stage.node().pods(CROWD)) {
      BundleBuilder bundle = BundleBuilder.linuxWeb(pod).smallCpuShares();
      crowd.add(stage.urunj().beginCreate(Target.unique(), bundle.build()));
    }
    for (Container container : crowd) {
      assertThat(container.awaitCreate(LONG)).as(container.console()).isZero();
    }
    assertAllSucceed(crowd, Container::tryStart);
    for (Container container : crowd) {
      assertThat(stage.node().sh("cat /proc/" + container.pid() + "/comm")).startsWith("qemu");
    }
    assertAllSucceed(crowd, container -> container.tryKill("KILL"));
    assertAllSucceed(crowd, Container::tryDelete);
    for (Container container : crowd) {
      assertThat(container.exitStatus(LONG)).isEqualTo(137);
    }
    stage.urunj().assertNothingLeft();
    stage.node().assertUntouched();
  }

  private static void assertAllSucceed(List<Container> crowd, AtOnce.Verb<Container> verb)
      throws Exception {
    for (Result result : AtOnce.each(crowd, verb)) {
      assertThat(result.exitCode()).as(result.stderr()).isZero();
      assertThat(result.stderr()).isEmpty();
    }
  }
}
