package dev.urunj.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
    if (cut.awaitCreate(MOMENT) == 0) {
      return; // it was faster; the machine decides
    }
    Container again = stage.urunj().tryCreate(cut.id(), BundleBuilder.linuxWeb(pod).build());
    assertThat(again.awaitCreate(MOMENT)).as(again.console()).isZero();
    again.start();
    again.end();
    pod.assertUntouched();
  }
}
