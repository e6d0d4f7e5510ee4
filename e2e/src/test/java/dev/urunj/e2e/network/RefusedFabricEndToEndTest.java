package dev.urunj.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Pod;
import dev.urunj.e2e.stage.Stage;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A kernel that does not take the fabric's programs: an error of `start` in mode `fabric`, the
/// plain redirect and its reason in mode `auto`.
@EndToEnd
class RefusedFabricEndToEndTest {
  private static final String OBJECT = "pod-fabric.bpf.o";

  @RegisterExtension final Stage stage = new Stage();

  @Test
  void kernelWithoutBpfIsSaidInOneLineAndAutoGoesByRedirect() throws Exception {
    Pod pod = stage.pod("pod");
    Container strict = guest(pod, "fabric");
    String line = ErrorLine.of(start(strict, withoutBpf()));
    assertThat(line).contains("pod fabric cannot be used", "bpf(", "EPERM");
    strict.delete();
    pod.assertUntouched();
    Container web = guest(pod, "auto");
    Path log = Target.scratch().resolve("log");
    start(web, withoutBpf(), "--log", log.toString(), "--log-format", "json").orFail();
    JsonObject annotations = web.state().getAsJsonObject("annotations");
    assertThat(annotations.get("dev.urunj.network.mode").getAsString()).isEqualTo("redirect");
    assertThat(annotations.get("dev.urunj.network.reason").getAsString())
        .contains("pod fabric cannot be used", "EPERM");
    assertThat(Files.readString(log))
        .contains(
            "\"level\":\"info\"",
            "joined to eth0 by redirect, where auto was wanted",
            "\"level\":\"warning\"",
            "EPERM");
    assertThat(pod.awaitHttp("/", web)).contains("hostname: web");
    assertThat(stage.urunj().command("inspect", web.id()).orFail())
        .contains("redirect (network mode auto)", "EPERM", "nothing is broken");
    web.end();
    pod.assertUntouched();
  }

  /// The verifier refuses a program that is damaged on purpose: one line, and where all that it
  /// said is to be read.
  @Test
  void verifierIsQuotedInOneLineAndReadInFull() throws Exception {
    Pod pod = stage.pod("pod");
    Container strict = guest(pod, "fabric");
    String line = ErrorLine.of(start(strict, withDamagedPrograms()));
    Path file = Path.of(Urunj.ROOT, strict.id(), "verifier.log");
    assertThat(line)
        .contains("BPF_PROG_LOAD, \"from_net\"", "invalid func", "verifier said is in " + file);
    assertThat(Files.readString(stage.node().path(file.toString())))
        .contains("invalid func", "\nprocessed ");
    strict.delete();
    pod.assertUntouched();
  }

  private Container guest(Pod pod, String mode) throws IOException {
    return stage
        .urunj()
        .create(BundleBuilder.linuxWeb(pod).annotation("dev.urunj.network.mode", mode));
  }

  /// Starts a container by another launcher.
  private Result start(Container container, List<String> launcher, String... flags)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("env", "URUNJ_ACCEL=tcg"));
    words.addAll(launcher);
    words.addAll(List.of("--root", Urunj.ROOT));
    words.addAll(List.of(flags));
    words.addAll(List.of("start", container.id()));
    return stage.node().run(words.toArray(String[]::new));
  }

  private static List<String> withoutBpf() throws IOException {
    return List.of(Target.compiled("refuse-bpf").toString(), Target.launcher().toString());
  }

  /// The distribution with another object in it, and so without its cache.
  private static List<String> withDamagedPrograms() throws IOException {
    Path lib = Target.launcher().resolveSibling("../lib").normalize();
    Path payload = Target.scratch();
    try (DirectoryStream<Path> shipped = Files.newDirectoryStream(lib.resolve("payload"))) {
      for (Path file : shipped) {
        Files.copy(file, payload.resolve(file.getFileName()));
      }
    }
    Path object = payload.resolve(OBJECT);
    Files.write(object, damaged(Files.readAllBytes(object)));
    return List.of(
        lib.resolve("jre/bin/java").toString(),
        "-Xlog:disable",
        "--enable-native-access=ALL-UNNAMED",
        "-Ddev.urunj.library=" + lib.resolve("liburunj.so"),
        "-Ddev.urunj.payload=" + payload,
        "-cp",
        lib.resolve("modules/*").toString(),
        "dev.urunj.cli.Main");
  }

  /// Where the first program ends, it calls a helper that no kernel has.
  private static byte[] damaged(byte[] object) {
    byte exit = (byte) 0x95; // uapi/linux/bpf_common.h, bpf.h
    byte call = (byte) 0x85;
    for (int at = 0; at + 8 <= object.length; at += 8) {
      if (object[at] == exit && isZero(object, at + 1)) {
        object[at] = call;
        object[at + 4] = (byte) 0xff;
        object[at + 5] = (byte) 0xff;
        return object;
      }
    }
    throw new AssertionError("no program in the object");
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < from + 7; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
