package dev.urunj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import dev.urunj.testkit.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Exit codes and the single line of error, in this JVM: nothing here hands a command on.
class MainTest {
  @TempDir Path temp;

  @Test
  void versionHasTheShapeThatGoRuncParses() {
    Result result = run("--version");
    assertThat(result.exitCode()).isZero();
    assertThat(result.stdout())
        .matches("urunj version \\d+\\.\\d+\\.\\d+\\nspec: 1\\.\\d+\\.\\d+\\n");
    assertThat(result.stderr()).isEmpty();
    assertThat(run("version")).isEqualTo(result);
    assertThat(run("-v")).isEqualTo(result);
  }

  @Test
  void stateIsInRunUnlessTheCallerNamesAnotherRoot() {
    assertThat(Main.caller().root()).isEqualTo(Path.of("/run/urunj"));
  }

  @Test
  void featuresAreOneJsonObjectAsTheSpecificationHasIt() {
    JsonObject features = JsonParser.parseString(run("features").stdout()).getAsJsonObject();
    assertThat(features.get("ociVersionMin").getAsString()).isEqualTo("1.0.0");
    assertThat(features.get("ociVersionMax").getAsString()).startsWith("1.");
    assertThat(features.getAsJsonArray("hooks")).isNotEmpty();
    assertThat(features.getAsJsonObject("linux").getAsJsonArray("namespaces")).isNotEmpty();
    for (var entry : features.getAsJsonObject("annotations").entrySet()) {
      assertThat(entry.getValue().getAsJsonPrimitive().isString()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "help", "--help", "-h", "create --help", "delete -h"})
  void helpIsPrintedAndSucceeds(String words) {
    Result result = run(words.isEmpty() ? new String[0] : words.split(" "));
    assertThat(result.exitCode()).isZero();
    assertThat(result.stdout()).contains("Usage: urunj");
    assertThat(result.stderr()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fly",
        "--fly state x",
        "create --fly x",
        "create --bundle",
        "state",
        "state a b",
        "kill a TERM b",
        "list x",
        "list --format xml",
        "--log-format xml list",
        "--root / list",
        "--root /x/.. state a",
        "delete --force=maybe x"
      })
  void commandLineThatCannotBeUnderstoodIsOneLineAndExitCodeOne(String words) {
    assertFails(run(words.split(" "))).contains("see urunj help");
  }

  @Test
  void lineBreaksInAWordDoNotForgeASecondLine() {
    assertFails(run("list", "--format", "x\nlevel=error msg=forged"));
    assertFails(run("--log-format", "x\ny", "list"));
    assertFails(run("x\ny"));
    assertFails(run("--x\ny"));
    assertFails(run("--root", "/", "state", "a\nb"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "../x", "/etc", "a/b", "a b", "a\nb", "ä", "a\u202eb", "$(id)"})
  void hostileIdIsRefusedByEveryVerb(String id) {
    for (String verb :
        List.of("state", "start", "kill", "delete", "pause", "resume", "ps", "exec")) {
      assertFails(run("--root", temp.toString(), verb, id)).contains("container");
    }
    assertFails(run("--root", temp.toString(), "create", "--bundle", temp.toString(), id));
    assertFails(run("--root", temp.toString(), "delete", "--force", id));
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void idOfTwoThousandCharactersIsCutInItsMessage() {
    assertFails(run("--root", temp.toString(), "state", "x".repeat(2000))).hasSizeLessThan(400);
  }

  /// Of a directory that it does not know runc says the same, and removes it.
  @Test
  void deleteOfAnIdThatNobodyHasUnderANamedRootIsOurAnswer() {
    assertFails(run("--root", temp.toString(), "delete", "c1"))
        .contains("container \"c1\" does not exist");
    assertThat(run("--root", temp.toString(), "delete", "--force", "c1").exitCode()).isZero();
  }

  @Test
  void unknownFlagOnAContainerOfOursIsOurError() throws IOException {
    record("c1", "/a/bundle");
    assertFails(run("--root", temp.toString(), "kill", "--fly", "c1")).contains("unknown flag");
  }

  @Test
  void missingBundleIsOneLine() {
    assertFails(run("--root", temp.toString(), "create", "--bundle", temp + "/none", "c1"))
        .contains(temp + "/none")
        .contains("does not exist");
  }

  @Test
  void damagedRecordIsOneLineInTheLogToo() throws IOException {
    Path log = temp.resolve("log");
    Files.createDirectories(temp.resolve("root/c1"));
    Files.writeString(temp.resolve("root/c1/urunj.json"), "{\"schema\":1,\n\"id\":\"\\n\"}");
    for (String verb : List.of("state", "start", "kill", "delete", "pause")) {
      Files.deleteIfExists(log);
      assertFails(
              run("--root", temp + "/root", "--log", log + "", "--log-format", "json", verb, "c1"))
          .contains("urunj.json");
      JsonObject line = JsonParser.parseString(Files.readString(log)).getAsJsonObject();
      assertThat(line.get("level").getAsString()).isEqualTo("error");
      assertThat(line.get("msg").getAsString()).contains("urunj.json");
    }
  }

  @Test
  void recordOfANewerVersionIsRefused() throws IOException {
    Files.createDirectories(temp.resolve("c1"));
    Files.writeString(temp.resolve("c1/urunj.json"), "{\"schema\":2}");
    assertFails(run("--root", temp.toString(), "state", "c1")).contains("schema: is 2");
  }

  @Test
  void listHasTheColumnsOfRunc() throws IOException {
    record("c1", "/a/bundle");
    String[] lines = run("--root", temp.toString(), "list").stdout().split("\n");
    assertThat(lines[0]).matches("ID +PID +STATUS +BUNDLE +CREATED +OWNER");
    assertThat(lines[1]).matches("c1 +0 +creating +/a/bundle +2026-11-21T05:00:00Z +root");
    assertThat(lines[0].indexOf("PID")).isEqualTo(lines[1].indexOf("0 "));
  }

  @Test
  void listAsJsonIsWhatGoRuncReads() throws IOException {
    assertThat(run("--root", temp + "/none", "list", "--format", "json").stdout())
        .isEqualTo("null\n");
    record("c1", "/b");
    record("c2", "/b");
    var list =
        JsonParser.parseString(run("--root", temp.toString(), "list", "-f", "json").stdout())
            .getAsJsonArray();
    assertThat(list).hasSize(2);
    assertThat(list.get(0).getAsJsonObject().keySet())
        .contains("ociVersion", "id", "pid", "status", "bundle", "rootfs", "created", "owner");
    assertThat(run("--root", temp.toString(), "list", "-q").stdout()).isEqualTo("c1\nc2\n");
  }

  @Test
  void listOfAnEmptyRootIsItsTitle() {
    assertThat(run("--root", temp.toString(), "list").stdout()).startsWith("ID ").hasLineCount(1);
    assertThat(run("--root", temp.toString(), "list", "-q").stdout()).isEmpty();
  }

  @Test
  void damagedContainerIsSaidAndTheOthersAreListed() throws IOException {
    record("c1", "/b\n\u001b[2J");
    Files.createDirectories(temp.resolve("c0"));
    Files.writeString(temp.resolve("c0/urunj.json"), "garbage");
    Result result = run("--root", temp.toString(), "list");
    assertThat(result.exitCode()).isZero();
    assertThat(result.stdout()).hasLineCount(2).contains("c1").doesNotContain("\u001b");
    assertThat(result.stderr()).hasLineCount(1).contains("c0/urunj.json");
  }

  private void record(String id, String bundle) throws IOException {
    ContainerRecord record =
        ContainerRecord.begun(id, Path.of(bundle), "2026-11-21T05:00:00Z", new JsonObject());
    try (StateDirectory.Lock lock = StateDirectory.of(temp, id).claim(record)) {
      assertThat(lock).isNotNull();
    }
  }

  private static org.assertj.core.api.AbstractStringAssert<?> assertFails(Result result) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout()).isEmpty();
    assertThat(result.stderr().strip().chars().noneMatch(Character::isISOControl)).isTrue();
    return assertThat(result.stderr())
        .startsWith("urunj: ")
        .hasLineCount(1)
        .doesNotContain("Exception", "internal error", "\tat ");
  }

  private static Result run(String... words) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(stdout, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(stderr, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(new ArrayList<>(List.of(words)));
      return new Result(
          code, stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
