package dev.urunj.e2e.life;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@EndToEnd
class LifeEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(5);
  private static final Duration POWER_DOWN = Duration.ofSeconds(20);
  private static final long MIB = 1L << 20;

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void containerIsCreatedStartedServesPowersDownAndIsDeleted() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod).annotation("org.example.team", "blue");
    Container web = stage.urunj().create(bundle);
    assertState(web.state(), web, "created");
    assertThat(web.state().get("pid").getAsLong()).isEqualTo(web.pid());
    assertThat(annotation(web, "org.example.team")).isEqualTo("blue");

    web.start();
    assertState(web.state(), web, "running");
    assertThat(annotation(web, "dev.urunj.network")).isEqualTo("fabric");
    assertThat(annotation(web, "dev.urunj.network.interface")).isEqualTo("eth0");
    assertThat(annotation(web, "dev.urunj.network.tap")).isEqualTo("tap0_urunc");
    assertThat(annotation(web, "dev.urunj.accelerator")).isEqualTo("tcg");
    assertThat(pod.awaitHttp("/", web)).contains("web");

    web.kill("TERM");
    assertThat(web.exitStatus(POWER_DOWN)).isZero();
    assertThat(web.console()).contains("Power down");
    assertState(web.state(), web, "stopped");
    assertThat(web.state().get("pid").getAsLong()).isZero();
    web.delete();
    assertThat(stage.urunj().command("state", web.id()).stderr()).contains("does not exist");
    pod.assertUntouched();
  }

  @Test
  void runningGuestCanBeLookedAtPausedAndUpdated() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod);
    Container web = stage.urunj().create(bundle).start();
    pod.awaitHttp("/", web);
    assertPs(web);
    assertList(web);
    assertEvents(web);
    assertUpdate(web, bundle);
    assertRefused(web);

    web.kill("WINCH");
    web.kill("USR1");
    web.kill("0");
    assertThat(pod.http("/")).contains("web");

    stage.urunj().command("pause", web.id()).orFail();
    assertThat(web.status()).isEqualTo("paused");
    assertThat(pod.tryHttp("/").exitCode()).isNotZero();
    stage.urunj().command("resume", web.id()).orFail();
    assertThat(web.status()).isEqualTo("running");
    assertThat(pod.awaitHttp("/", web)).contains("web");

    stage.urunj().command("pause", web.id()).orFail();
    web.kill("KILL");
    assertThat(web.exitStatus(MOMENT)).isEqualTo(137);
    web.delete();
  }

  @ParameterizedTest
  @ValueSource(strings = {"QUIT", "SIGINT", "RTMIN+3"})
  void stopSignalOfAnImagePowersDown(String signal) throws Exception {
    Pod pod = stage.pod("pod");
    Container web = stage.answering(pod);
    web.kill(signal);
    assertThat(web.exitStatus(POWER_DOWN)).isZero();
    web.delete();
  }

  @ParameterizedTest
  @CsvSource({"exit 7, 7", "exit 0, 0", "exit 42, 43", "reboot -f, 0"})
  void statusOfTheGuestsProgramIsTheContainers(String script, int status) throws Exception {
    Pod pod = stage.pod("pod");
    Container program =
        stage.urunj().create(BundleBuilder.linuxWeb(pod).args("/bin/sh", "-c", script)).start();
    assertThat(program.exitStatus(POWER_DOWN)).as(program.console()).isEqualTo(status);
    assertThat(program.console()).doesNotContain("panic - not syncing");
    program.delete();
  }

  @Test
  void monitorAndProgramRunAsTheImagesUser() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle =
        BundleBuilder.linuxWeb(pod)
            .user(1000, 1000)
            .args("/bin/sh", "-c", "id; exec httpd -f -p 8080 -h /srv/www");
    Container web = stage.urunj().create(bundle).start();
    assertThat(pod.awaitHttp(":8080/cgi-bin/index.cgi", web)).isNotEmpty();
    assertThat(web.console()).contains("uid=1000").contains("gid=1000");
    assertThat(Files.readString(Path.of("/proc/" + web.pid() + "/status")))
        .contains("Uid:\t1000\t1000\t1000\t1000")
        .contains("CapEff:\t0000000000000000");
    web.end();
    pod.assertUntouched();
  }

  @Test
  void programThatIsMissingInTheGuestIsStatus127() throws Exception {
    Pod pod = stage.pod("pod");
    Container program =
        stage.urunj().create(BundleBuilder.linuxWeb(pod).args("/bin/missing", "x")).start();
    assertThat(program.exitStatus(POWER_DOWN)).as(program.console()).isEqualTo(127);
    program.delete();
  }

  @Test
  void runInTheForegroundReturnsTheExitCodeAndDeletes() throws Exception {
    Pod pod = stage.pod("pod");
    Container missing = stage.urunj().beginRun(BundleBuilder.linuxWeb(pod).args("/bin/missing"));
    assertThat(missing.awaitCreate(POWER_DOWN)).as(missing.console()).isEqualTo(127);
    stage.urunj().assertNothingLeft();
    String script = "echo said; poweroff -f";
    Container program =
        stage.urunj().beginRun(BundleBuilder.linuxWeb(pod).args("/bin/sh", "-c", script));
    assertThat(program.awaitCreate(POWER_DOWN)).as(program.console()).isZero();
    assertThat(program.stdout()).contains("said");
    assertThat(program.stderr()).isEmpty();
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  @Test
  void monitorThatCannotStartSaysWhyAndThePodIsAsBefore() throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod);
    Path kernel = bundle.copiedRootfs().resolve("unikernel/kernel");
    Files.delete(kernel);
    Files.writeString(
        kernel, "\u007fELF\2\1\1" + "\0".repeat(11) + machine() + "\0".repeat(99), ISO_8859_1);
    Container broken = stage.urunj().create(bundle);
    assertThat(ErrorLine.of(broken.tryStart()))
        .containsPattern("qemu(-system-[a-z0-9_]+)?: ") // the former is of QEMU 7.2
        .contains("kernel");
    pod.assertUntouched();
    assertThat(broken.status()).isEqualTo("stopped");
    broken.delete();
  }

  /// `e_machine` of an ELF file: a kernel's magic number, and no kernel.
  private static String machine() {
    return System.getProperty("os.arch").equals("aarch64") ? "\u00b7\0" : ">\0";
  }

  private static void assertState(JsonObject state, Container container, String status) {
    assertThat(state.get("ociVersion").getAsString()).startsWith("1.");
    assertThat(state.get("id").getAsString()).isEqualTo(container.id());
    assertThat(state.get("status").getAsString()).isEqualTo(status);
    assertThat(state.get("bundle").getAsString()).isEqualTo(container.bundle().toString());
  }

  private static String annotation(Container container, String key) throws IOException {
    return container.state().getAsJsonObject("annotations").get(key).getAsString();
  }

  private void assertPs(Container web) throws IOException {
    assertThat(stage.urunj().command("ps", web.id()).orFail())
        .contains(Long.toString(web.pid()))
        .contains("qemu-system");
    JsonArray pids =
        JsonParser.parseString(stage.urunj().command("ps", "--format", "json", web.id()).orFail())
            .getAsJsonArray();
    assertThat(pids).anyMatch(pid -> pid.getAsInt() == pidOf(web));
  }

  private static long pidOf(Container container) {
    try {
      return container.pid();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void assertList(Container web) throws IOException {
    assertThat(stage.urunj().command("list", "-q").orFail()).isEqualTo(web.id() + "\n");
    assertThat(stage.urunj().command("list").orFail().lines())
        .hasSize(2)
        .element(1)
        .asString()
        .contains(web.id(), "running", Long.toString(web.pid()));
    JsonObject listed =
        JsonParser.parseString(stage.urunj().command("list", "--format", "json").orFail())
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject();
    assertState(listed, web, "running");
  }

  private void assertEvents(Container web) throws IOException {
    JsonObject stats =
        JsonParser.parseString(stage.urunj().command("events", "--stats", web.id()).orFail())
            .getAsJsonObject();
    assertThat(stats.get("type").getAsString()).isEqualTo("stats");
    assertThat(stats.get("id").getAsString()).isEqualTo(web.id());
    assertThat(stats.getAsJsonObject("data").has("memory")).isTrue();
  }

  private void assertUpdate(Container web, BundleBuilder bundle) throws IOException {
    long overhead = Long.parseLong(annotation(web, "dev.urunj.memory.overhead.mib"));
    assertThat(overhead).isPositive();
    assertThat(memoryLimit(bundle)).isEqualTo((128 + overhead) * MIB);
    stage.urunj().command("update", "--memory", "192m", web.id()).orFail();
    assertThat(memoryLimit(bundle)).isEqualTo((192 + overhead) * MIB);
  }

  /// Version 1 or 2 of control groups, whichever the machine has.
  private static long memoryLimit(BundleBuilder bundle) throws IOException {
    Path first = Path.of("/sys/fs/cgroup/memory" + bundle.cgroup() + "/memory.limit_in_bytes");
    Path second = Path.of("/sys/fs/cgroup" + bundle.cgroup() + "/memory.max");
    return Long.parseLong(Files.readString(Files.exists(first) ? first : second).strip());
  }

  private void assertRefused(Container web) throws IOException {
    for (String[] command :
        new String[][] {
          {"exec", web.id(), "ls"}, {"checkpoint", web.id()}, {"restore", web.id()}
        }) {
      Result result = stage.urunj().command(command);
      assertThat(ErrorLine.of(result)).contains(command[0]).contains("unikernel");
    }
  }
}
