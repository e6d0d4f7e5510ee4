package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// State that is damaged while a guest runs.
@EndToEnd
class DamagedStateEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(20);

  @RegisterExtension final Stage stage = new Stage();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo garbage > urunj.json",
        ": > urunj.json",
        "rm urunj.json; ln -s /etc/passwd urunj.json",
        "sed -i 's/\"schema\":1/\"schema\":2/' urunj.json",
        "echo garbage >> journal",
        "rm journal; mkdir journal",
        "umount netns; rm netns; mkdir netns",
        "for state in runc/*/state.json; do echo garbage > $state; done",
        "rm -r runc/*",
        "rm control.sock; mkdir control.sock",
        "rm -r bundle; ln -s /etc bundle"
      })
  void forcedDeleteRemovesAllThatIsItsOwn(String damage) throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.started(pod);
    stage.node().sh("cd " + Urunj.ROOT + "/" + web.id() + "; " + damage);
    Result forced = web.tryDelete("--force");
    assertThat(forced.exitCode()).as(forced.stderr()).isZero();
    assertThat(forced.stderr().lines().count()).as(forced.stderr()).isLessThanOrEqualTo(2);
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  @Test
  void everyVerbSaysSoInOneLineAndHarmsNothing() throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.answering(pod);
    String file = Urunj.ROOT + "/" + web.id() + "/urunj.json";
    stage.node().sh("mv " + file + " " + file + ".kept; head -c 100 " + file + ".kept > " + file);
    for (String verb : List.of("state", "start", "kill", "delete", "pause", "resume", "ps")) {
      assertThat(ErrorLine.of(stage.urunj().command(verb, web.id()))).as(verb).contains(file);
    }
    Container again = stage.urunj().tryCreate(web.id(), BundleBuilder.linuxWeb(pod).build());
    assertThat(again.awaitCreate(MOMENT)).isEqualTo(1);
    assertThat(ErrorLine.single(again.stderr())).contains(file);
    Result list = stage.urunj().command("list");
    assertThat(list.exitCode()).isZero();
    assertThat(list.stderr()).hasLineCount(1).contains(file);
    assertThat(pod.http("/")).contains("web");
    stage.node().sh("mv " + file + ".kept " + file);
    assertThat(web.status()).isEqualTo("running");
    web.end();
  }
}
