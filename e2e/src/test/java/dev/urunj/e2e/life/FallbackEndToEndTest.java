package dev.urunj.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.BundleBuilder;
import dev.urunj.e2e.stage.Container;
import dev.urunj.e2e.stage.EndToEnd;
import dev.urunj.e2e.stage.ErrorLine;
import dev.urunj.e2e.stage.Node;
import dev.urunj.e2e.stage.Target;
import dev.urunj.e2e.stage.Urunj;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Containers without a unikernel belong to runc, whatever is asked of them.
@EndToEnd
@Needs(programs = "busybox")
class FallbackEndToEndTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Node node;
  private Urunj urunj;

  @BeforeEach
  void begin() throws IOException {
    node = Node.start();
    urunj = Urunj.on(node);
  }

  @AfterEach
  void end() throws IOException {
    try {
      urunj.close();
    } finally {
      node.close();
    }
  }

  @Test
  void wholeLifeOfAPlainContainer() throws Exception {
    Container plain = urunj.create(BundleBuilder.plain("sleep", "1000"));
    String id = plain.id();
    assertThat(plain.status()).isEqualTo("created");
    plain.start();
    assertThat(plain.status()).isEqualTo("running");
    assertThat(urunj.command("exec", id, "echo", "a b", "ü").orFail()).isEqualTo("a b ü\n");
    assertThat(urunj.command("exec", id, "sh", "-c", "exit 7").exitCode()).isEqualTo(7);
    assertThat(urunj.command("ps", id).orFail()).contains("sleep 1000");
    assertThat(urunj.command("list", "-q").orFail()).contains(id + "\n");
    assertThat(urunj.command("list").orFail()).containsPattern(id + " +" + plain.pid() + " ");
    urunj.command("update", "--memory", "50331648", id).orFail();
    assertThat(stats(id)).contains("\"limit\":50331648");
    urunj.command("pause", id).orFail();
    assertThat(plain.status()).isEqualTo("paused");
    urunj.command("resume", id).orFail();
    assertThat(plain.status()).isEqualTo("running");
    plain.kill("KILL");
    assertThat(plain.exitStatus(PATIENCE)).isEqualTo(137);
    assertThat(plain.status()).isEqualTo("stopped");
    plain.delete();
    assertThat(urunj.command("state", id).exitCode()).isEqualTo(1);
  }

  /// Commands are handed on as they came, so runc keeps the container where it likes to.
  @Test
  void listWithoutRootShowsPlainContainersToo() throws Exception {
    String id = Target.unique();
    String urunj = Target.launcher().toString();
    String bundle = BundleBuilder.plain("sleep", "1000").build().toString();
    String run = "exec \"$1\" run --detach --bundle \"$2\" \"$3\" </dev/null >/dev/null 2>&1";
    node.run("sh", "-c", run, "sh", urunj, bundle, id).orFail();
    try {
      assertThat(node.run(urunj, "list", "-q").orFail()).isEqualTo(id + "\n");
    } finally {
      node.run(urunj, "delete", "--force", id).orFail();
    }
    assertThat(node.run(urunj, "list", "-q").orFail()).isEmpty();
  }

  @Test
  void runGivesTheStatusOfTheProgram() throws Exception {
    Container plain =
        urunj.beginRun(BundleBuilder.plain("sh", "-c", "echo out; echo err >&2; exit 3"));
    assertThat(plain.awaitCreate(PATIENCE)).isEqualTo(3);
    assertThat(plain.stdout()).isEqualTo("out\n");
    assertThat(plain.stderr()).isEqualTo("err\n");
  }

  @Test
  void preservedDescriptorsReachTheProgram() throws Exception {
    Path bundle = BundleBuilder.plain("sh", "-c", "cat <&4; ls /proc/self/fd").build();
    Path file = Files.writeString(Target.scratch().resolve("four"), "descriptor four\n");
    List<String> words = urunj.line("run", "--preserve-fds", "2", "--bundle", bundle.toString());
    String script = "exec 3</dev/null 4<\"$1\" 5</dev/zero; shift; exec \"$@\"";
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh", file.toString()));
    command.addAll(words);
    command.add(Target.unique());
    assertThat(node.run(command.toArray(String[]::new)).orFail())
        .startsWith("descriptor four\n0\n1\n2\n3\n4\n")
        .doesNotContain("\n6\n");
  }

  /// The JVM opens files before a command's first line. None of them may get a number that the
  /// caller had closed, because the container's root could write to it.
  @Test
  void streamsThatTheCallerHasClosedAreDevNullInTheContainer() throws Exception {
    for (boolean unikernel : new boolean[] {false, true}) {
      BundleBuilder builder =
          unikernel ? BundleBuilder.linuxWeb() : BundleBuilder.plain("sleep", "1000");
      String id = Target.unique();
      String errors = unikernel ? Urunj.ROOT + "/" + id + "/monitor.log" : "/dev/null";
      Path pid = Target.scratch().resolve("pid");
      String bundle = builder.build().toString();
      List<String> words = urunj.line("create", "--bundle", bundle, "--pid-file", pid + "", id);
      runIn("exec 0<&- 1>&- 2>&-", words).orFail();
      try {
        String fds = "/proc/" + Files.readString(pid) + "/fd/";
        assertThat(node.run("readlink", fds + 0, fds + 1, fds + 2).orFail())
            .isEqualTo("/dev/null\n/dev/null\n" + errors + "\n");
        assertThat(node.run("sh", "-c", "readlink " + fds + "*").stdout())
            .doesNotContain(".jar", "/lib/jre/");
      } finally {
        urunj.command("delete", "--force", id).orFail();
      }
    }
  }

  @Test
  void preservedNumberThatTheCallerHasNotOpenIsNotAFileOfTheJvm() throws Exception {
    String list = "for fd in /proc/self/fd/*; do echo $fd $(readlink $fd); done";
    String bundle = BundleBuilder.plain("sh", "-c", list).build().toString();
    String id = Target.unique();
    List<String> words = urunj.line("run", "--preserve-fds", "3", "--bundle", bundle, id);
    assertThat(runIn("exec 3<&- 4</dev/zero 5<&-", words).orFail())
        .contains("fd/4 /dev/zero\n")
        .doesNotContain(".jar", ".jsa", "lib/jre");
  }

  /// As in a script that removes its directory before its containers.
  @Test
  void commandsWorkInADirectoryThatWasDeleted() throws Exception {
    String gone = "mkdir -p /run/gone; cd /run/gone; rmdir /run/gone";
    Container plain = urunj.create(BundleBuilder.plain("sleep", "1000")).start();
    assertThat(runIn(gone, urunj.line("list", "-q")).orFail()).contains(plain.id());
    Result relative = runIn(gone, urunj.line("create", Target.unique()));
    assertThat(relative.exitCode()).isEqualTo(1);
    assertThat(relative.stderr()).contains("/run/gone (deleted): does not exist");
    runIn(gone, urunj.line("kill", plain.id(), "KILL")).orFail();
    assertThat(plain.exitStatus(PATIENCE)).isEqualTo(137);
    runIn(gone, urunj.line("delete", plain.id())).orFail();
    assertThat(urunj.command("state", plain.id()).exitCode()).isEqualTo(1);
    urunj.forget(plain);
  }

  /// Runs words in a shell that did something before.
  private Result runIn(String before, List<String> words) throws IOException {
    List<String> line = new ArrayList<>(List.of("sh", "-c", before + "; exec \"$@\"", "sh"));
    line.addAll(words);
    return node.run(line.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state nobody",
        "state --from-the-future nobody",
        "start nobody",
        "kill nobody KILL",
        "delete --force nobody",
        "exec nobody ls",
        "ps nobody",
        "pause nobody",
        "update --memory 1000000 nobody"
      })
  void commandOnAnUnknownIdEndsAsRuncs(String line) throws Exception {
    String[] words = line.split(" ");
    List<String> direct = new ArrayList<>(List.of("runc", "--root", Urunj.ROOT));
    direct.addAll(List.of(words));
    Result theirs = node.run(direct.toArray(String[]::new));
    Result ours = urunj.command(words);
    assertThat(ours.exitCode()).isEqualTo(theirs.exitCode());
    assertThat(ours.stdout()).isEqualTo(theirs.stdout());
    assertThat(withoutTime(ours.stderr())).isEqualTo(withoutTime(theirs.stderr()));
  }

  /// In our words: asked about an id that it does not know, runc removes the directory of that
  /// name.
  @Test
  void deleteOfAnUnknownIdIsTheErrorThatCallersKnow() throws Exception {
    Result ours = urunj.command("delete", "nobody");
    assertThat(ours.exitCode()).isEqualTo(1);
    assertThat(ErrorLine.single(ours.stderr())).contains("does not exist");
  }

  /// `PWD` is given because the launcher is a shell, which adds it where it is missing.
  @Test
  void wordsAndEnvironmentArriveUnchanged() throws Exception {
    Recorder recorder = new Recorder();
    List<String> given =
        List.of(
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
            "PWD=/",
            "JAVA_TOOL_OPTIONS=-Dgrüße=1 -Xmx1g",
            "_JAVA_OPTIONS=",
            "EMPTY=",
            "LINES=a\nb",
            "QUOTES='\"$x`",
            "URUNJ_RUNTIME=" + recorder.program);
    String[] words = {"--root", "/run/wörk", "--debug", "exec", "-e", "A=ü b", "x", "sh", "-c", ""};
    List<String> command = new ArrayList<>(List.of("env", "-i"));
    command.addAll(given);
    command.add(Target.launcher().toString());
    command.addAll(List.of(words));
    Result result = node.run(command.toArray(String[]::new));
    assertThat(result.stderr()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(42);
    assertThat(recorder.words()).containsExactly(words);
    assertThat(recorder.environment()).containsExactlyInAnyOrderElementsOf(given);
  }

  @Test
  void localeOfTheCallerArrivesUnchanged() throws Exception {
    Recorder recorder = new Recorder();
    String[] given = {"PWD=/", "LC_ALL=C", "LANG=de_DE", "URUNJ_RUNTIME=" + recorder.program};
    List<String> command = new ArrayList<>(List.of("env", "-i"));
    command.addAll(List.of(given));
    command.addAll(List.of(Target.launcher().toString(), "--root", "/run/wörk", "state", "x"));
    assertThat(node.run(command.toArray(String[]::new)).exitCode()).isEqualTo(42);
    assertThat(recorder.words()).containsExactly("--root", "/run/wörk", "state", "x");
    assertThat(recorder.environment()).containsExactlyInAnyOrder(given);
  }

  /// A pod's annotations reach its pause container too, which is none of ours.
  @Test
  void pauseContainerOfAUnikernelsPodIsRuncs() throws Exception {
    BundleBuilder pause =
        BundleBuilder.plain("sleep", "1000")
            .annotation("io.kubernetes.cri.container-type", "sandbox")
            .annotation("com.urunc.unikernel.unikernelType", BundleBuilder.encode("linux"))
            .annotation("com.urunc.unikernel.hypervisor", BundleBuilder.encode("qemu"))
            .annotation("com.urunc.unikernel.binary", BundleBuilder.encode("/unikernel/kernel"));
    Container container = urunj.create(pause).start();
    assertThat(urunj.command("ps", container.id()).orFail()).contains("sleep 1000");
    assertThat(container.state().getAsJsonObject("annotations").has("dev.urunj.monitor")).isFalse();
    container.end();
  }

  /// Engines look there for what a container of this runtime may ask for.
  @Test
  void featuresAreThoseOfTheLowLevelRuntime() throws Exception {
    JsonObject theirs =
        JsonParser.parseString(node.run("runc", "features").orFail()).getAsJsonObject();
    JsonObject ours = JsonParser.parseString(urunj.command("features").orFail()).getAsJsonObject();
    for (String key : theirs.keySet()) {
      if (!key.equals("annotations")) {
        assertThat(ours.get(key)).as(key).isEqualTo(theirs.get(key));
      }
    }
    JsonObject annotations = ours.getAsJsonObject("annotations");
    assertThat(annotations.keySet())
        .containsAll(theirs.getAsJsonObject("annotations").keySet())
        .contains("dev.urunj.guest.hooks");
    assertThat(annotations.get("dev.urunj.networks").getAsString()).contains("static");
    Result without =
        node.run("env", "URUNJ_RUNTIME=/bin/false", Target.launcher().toString(), "features");
    assertThat(without.orFail()).contains("\"ociVersionMax\":\"1.0.2\"");
  }

  private String stats(String id) throws IOException {
    return urunj.command("events", "--stats", id).orFail();
  }

  private static String withoutTime(String text) {
    return text.replaceAll("time=\"[^\"]*\"", "time");
  }

  /// In place of runc: writes down what it was given and ends with 42.
  private static final class Recorder {
    final Path program;

    Recorder() throws IOException {
      program = Target.scratch().resolve("recorder");
      Files.writeString(
          program,
          """
          #!/bin/sh
          cat /proc/$$/environ >"$0.environment"
          cat /proc/$$/cmdline >"$0.words"
          exit 42
          """);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// Without the interpreter and the program's own name.
    List<String> words() throws IOException {
      List<String> all = read("words");
      return all.subList(2, all.size());
    }

    List<String> environment() throws IOException {
      return read("environment");
    }

    private List<String> read(String what) throws IOException {
      Path file = program.resolveSibling("recorder." + what);
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return text.isEmpty()
          ? List.of()
          : Arrays.asList(text.substring(0, text.length() - 1).split("\0", -1));
    }
  }
}
