package dev.urunj.e2e.guest;

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
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Images and bundles that mean harm, or are broken. Each is refused by `create` with one line that
/// says what was wrong, and leaves nothing.
@EndToEnd
class HostileImageEndToEndTest {
  private static final Duration MOMENT = Duration.ofSeconds(20);
  private static final Duration BOOT = Duration.ofSeconds(30);

  @RegisterExtension final Stage stage = new Stage();

  /// Makes a bundle hostile.
  private interface Harm {
    void into(BundleBuilder bundle) throws IOException;
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refused("kernel out of the root by ..", "binary", kernel("/../../../../etc/passwd")),
        refused("kernel by an absolute link", "binary", link("/etc/passwd")),
        refused("kernel by a relative link out", "binary", link("../../../../etc/passwd")),
        refused("kernel by a link to itself", "binary", link("kernel")),
        refused("kernel that is a directory", "binary", kernel("/unikernel")),
        refused("kernel that is missing", "binary", kernel("/nothing")),
        refused("kernel that looks like an option", "binary", kernel("-kernel")),
        refused("no kernel", "binary", kernel("")),
        refused("no program to execute", "process.args", bundle -> bundle.args()),
        refused("kernel that is a FIFO", "binary", HostileImageEndToEndTest::fifo),
        refused("base64 that is none", "binary", HostileImageEndToEndTest::garbage),
        refused("unknown guest", "unikernelType", bundle -> contract(bundle, "unikernelType", "x")),
        refused("unknown monitor", "hypervisor", bundle -> contract(bundle, "hypervisor", "xen")),
        refused("urunc.json of 1 GiB", "urunc.json", HostileImageEndToEndTest::sparse),
        refused("urunc.json that is no JSON", "urunc.json", bundle -> text(bundle, "{]")),
        refused("urunc.json that is a list", "urunc.json", bundle -> text(bundle, "[]")),
        refused("deep urunc.json", "urunc.json", bundle -> text(bundle, "[".repeat(100_000))),
        refused("a root that is missing", "root", bundle -> bundle.rootfs(Path.of("/nothing/x"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void hostileBundleIsRefusedWithOneLine(String name, String where, Harm harm) throws Exception {
    Pod pod = stage.pod("pod");
    BundleBuilder bundle = BundleBuilder.linuxWeb(pod);
    harm.into(bundle);
    Container refused = stage.urunj().tryCreate(Target.unique(), bundle.build());
    assertThat(refused.awaitCreate(MOMENT)).as(name).isEqualTo(1);
    assertThat(refused.stdout()).isEmpty();
    assertThat(ErrorLine.single(refused.stderr())).contains(where);
    assertThat(refused.isReaped(MOMENT)).as("no process is left").isTrue();
    stage.urunj().assertNothingLeft();
    pod.assertUntouched();
  }

  @Test
  void errorsAreInTheLogThatContainerdReads() throws Exception {
    Path log = Target.scratch().resolve("log.json");
    try (Urunj logging = Urunj.on(stage.node(), "--log", log.toString(), "--log-format", "json")) {
      Path bundle = BundleBuilder.linuxWeb().netns("/run/netns/missing").build();
      Container refused = logging.tryCreate(Target.unique(), bundle);
      assertThat(refused.awaitCreate(MOMENT)).isEqualTo(1);
      JsonObject last = JsonParser.parseString(Files.readAllLines(log).getLast()).getAsJsonObject();
      assertThat(last.get("level").getAsString()).isEqualTo("error");
      assertThat(last.get("msg").getAsString()).contains("/run/netns/missing");
    }
  }

  @Test
  void row11_argumentsAndAHundredVariablesArriveExactly() throws Exception {
    Pod pod = stage.pod("pod");
    String script =
        "for word; do printf '<%s>' \"$word\"; done; echo; printf '[%s]' \"$ODD\"; echo;"
            + " echo count=$(env | grep -c '^SVC[0-9]*_SERVICE_PORT=tcp://10')";
    BundleBuilder bundle =
        BundleBuilder.linuxWeb(pod)
            .args(
                "/bin/sh",
                "-c",
                script,
                "-",
                "two words",
                "it's",
                "\"quoted\"",
                "-nographic",
                "--",
                "",
                "$HOME `id` \\",
                "one\ntwo",
                "a=b,c=d")
            .env("ODD= 'x' \"y\" \n$z\t= ");
    for (int i = 0; i < 100; i++) {
      bundle.env("SVC" + i + "_SERVICE_PORT=tcp://10.0.0." + i + ":8080/with/a/long/path");
    }
    Container program = stage.urunj().create(bundle).start();
    assertThat(program.exitStatus(BOOT)).as(program.console()).isZero();
    assertThat(program.console().replace("\r", ""))
        .contains(
            "<two words><it's><\"quoted\"><-nographic><--><><$HOME `id` \\><one\ntwo><a=b,c=d>\n")
        .contains("[ 'x' \"y\" \n$z\t= ]\n")
        .contains("count=100");
    program.delete();
  }

  private static Arguments refused(String name, String where, Harm harm) {
    return Arguments.of(name, where, harm);
  }

  private static Harm kernel(String path) {
    return bundle -> contract(bundle, "binary", path);
  }

  private static void contract(BundleBuilder bundle, String key, String value) throws IOException {
    bundle.contractFile(true, key, value);
  }

  private static Harm link(String target) {
    return bundle -> {
      Path kernel = bundle.copiedRootfs().resolve("unikernel/kernel");
      Files.delete(kernel);
      Files.createSymbolicLink(kernel, Path.of(target));
    };
  }

  private static void fifo(BundleBuilder bundle) throws IOException {
    Path kernel = bundle.copiedRootfs().resolve("unikernel/kernel");
    Files.delete(kernel);
    Programs.run(MOMENT, List.of("mkfifo", kernel.toString())).orFail();
  }

  private static void garbage(BundleBuilder bundle) throws IOException {
    bundle.contractFile(false, "binary", "%%%\u0007=not base64\n");
  }

  private static void sparse(BundleBuilder bundle) throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(bundle.copiedRootfs().resolve("urunc.json").toFile(), "rw")) {
      file.setLength(1L << 30);
    }
  }

  private static void text(BundleBuilder bundle, String text) throws IOException {
    Files.writeString(bundle.copiedRootfs().resolve("urunc.json"), text);
  }
}
