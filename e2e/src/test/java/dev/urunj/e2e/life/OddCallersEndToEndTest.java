package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What engines do not do, and people, scripts and specifications do.
@EndToEnd
class OddCallersEndToEndTest {
  private static final Duration POWER_DOWN = Duration.ofSeconds(90);

  @RegisterExtension final Stage stage = new Stage();

  /// Also with a hook inside of the container, which used to end it with "connection reset".
  @Test
  void idThatBeginsWithADashIsOneAsAnyOther() throws Exception {
    Pod pod = stage.pod("pod");
    String id = "-" + Target.unique();
    BundleBuilder bundle =
        BundleBuilder.linuxWeb(pod)
            .args("/bin/sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.2; done")
            .hook("startContainer", "/bin/busybox", "true");
    Container odd = stage.urunj().tryCreate(id, bundle.build(), "--");
    try {
      assertThat(odd.awaitCreate(POWER_DOWN)).as(odd.console()).isZero();
      assertThat(odd.stderr()).contains("hooks.startContainer: left out");
      ok("start", id);
      JsonObject state = JsonParser.parseString(ok("state", id)).getAsJsonObject();
      assertThat(state.get("id").getAsString()).isEqualTo(id);
      assertThat(state.getAsJsonObject("annotations").get("dev.urunj.hooks.omitted").getAsString())
          .isEqualTo("startContainer");
      odd.awaitConsole("ready", POWER_DOWN);
      assertThat(ok("ps", id)).contains("qemu-system");
      ok("update", "--memory", "192m", id);
      ok("pause", id);
      ok("resume", id);
      // A monitor that is stopped hears of a request when it goes on.
      ok("kill", id, "STOP");
      ok("kill", id, "TERM");
      ok("kill", id, "CONT");
      assertThat(odd.exitStatus(POWER_DOWN)).as(odd.console()).isEqualTo(3);
      ok("delete", id);
    } finally {
      ok("delete", "--force", id);
      stage.urunj().forget(odd);
    }
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  /// The id stands behind the flags, with what follows it.
  private String ok(String verb, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(verb));
    for (String word : words) {
      if (word.startsWith("-urunj")) {
        all.add("--");
      }
      all.add(word);
    }
    return stage.urunj().command(all.toArray(String[]::new)).orFail();
  }

  @Test
  void everyFailureOfCreateIsOneLineAndLeavesNothing() throws Exception {
    Pod pod = stage.pod("pod");
    Path refused =
        BundleBuilder.linuxWeb(pod)
            .edit(spec -> spec.getAsJsonObject("linux").addProperty("cgroupsPath", "a:b:c"))
            .edit(spec ->
                spec.getAsJsonObject("linux")
                    .add("sysctl", JsonParser.parseString("{\"kernel.nonsense\":\"1\"}")))
            .build();
    Container odd = stage.urunj().tryCreate(Target.unique(), refused);
    assertThat(odd.awaitCreate(POWER_DOWN)).isEqualTo(1);
    assertThat(ErrorLine.single(odd.stderr())).contains("create failed (").contains("nonsense");
    Path good = BundleBuilder.linuxWeb(pod).build();
    assertThat(failure("create", "--bundle", good.toString(), "--pid-file", "/no/such/pid", "x"))
        .contains("--pid-file: there is no directory for \"/no/such/pid\"");
    Path terminal = BundleBuilder.linuxWeb(pod).terminal().build();
    assertThat(failure("create", "--bundle", terminal.toString(), "x"))
        .contains("--console-socket: is missing, while process.terminal is true");
    assertThat(failure("run", "--detach", "--bundle", terminal.toString(), "x"))
        .contains("--console-socket: is missing");
    assertThat(failure("run", "--bundle", terminal.toString(), "x"))
        .contains("no standard stream is a terminal");
    assertThat(failure("--log", "/no/such/log", "state", "x")).contains("--log: ");
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  private String failure(String... words) throws Exception {
    Result result = stage.urunj().command(words);
    return ErrorLine.of(result);
  }

  @Test
  void bundleMayHaveAnyPath() throws Exception {
    Pod pod = stage.pod("pod");
    Path bundle =
        BundleBuilder.linuxWeb(pod)
            .args("/bin/sh", "-c", "cat /data/file; exit 3")
            .mount("/data", "data", "ro")
            .build();
    Path odd = Target.scratch().resolve("a b,c:d'e\"f\ng$(id);h" + "i".repeat(180));
    Files.move(bundle, odd);
    Files.writeString(
        Files.createDirectory(odd.resolve("data")).resolve("file"), "of the bundle\n");
    Container container = stage.urunj().tryCreate(Target.unique(), odd);
    assertThat(container.awaitCreate(POWER_DOWN)).as(container.console()).isZero();
    container.start();
    assertThat(container.exitStatus(POWER_DOWN)).as(container.console()).isEqualTo(3);
    assertThat(container.console()).contains("of the bundle\n");
    container.delete();
  }

  @Test
  void longLineAndAllBytesAreInTheOutput() throws Exception {
    String script =
        "head -c 1048576 /dev/zero | tr '\\0' x; echo; i=0; while [ $i -lt 256 ]; do"
            + " printf \"\\\\$(printf %03o $i)\"; i=$((i+1)); done; echo END";
    Container guest =
        stage
            .urunj()
            .create(BundleBuilder.linuxWeb(stage.pod("pod")).args("/bin/sh", "-c", script))
            .start();
    assertThat(guest.exitStatus(POWER_DOWN)).isZero();
    StringBuilder all = new StringBuilder("x".repeat(1 << 20)).append('\n');
    for (char c = 0; c < 256; c++) {
      all.append(c);
    }
    String said = guest.stdout();
    int begin = said.indexOf("xxxxxxxxxxxxxxxx");
    assertThat(said.startsWith(all + "END\n", begin)).as("every byte, once").isTrue();
    guest.delete();
  }

  /// `spec` writes `terminal: true`.
  @Test
  @Needs(programs = "python3")
  void runInTheForegroundHasTheCallersTerminal() throws Exception {
    Pod pod = stage.pod("pod");
    String script = "tty; echo ready; read word; echo \"<$word>\"; exit 5";
    Path bundle = BundleBuilder.linuxWeb(pod).terminal().args("/bin/sh", "-c", script).build();
    List<String> words = new ArrayList<>(List.of("python3", Target.python("terminal").toString()));
    words.addAll(stage.urunj().line("run", "--bundle", bundle.toString(), Target.unique()));
    Result result = stage.node().run(words.toArray(String[]::new));
    assertThat(result.stdout())
        .contains("/dev/ttyS0\r\nready\r\n")
        .contains("<hello>")
        .contains("status 5")
        .contains("terminal as before: True");
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }
}
