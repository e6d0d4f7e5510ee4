package dev.urunj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Records and journals that are damaged, met by every verb.
@Needs(root = true)
class DamagedStateKernelTest {
  private static final List<String> VERBS =
      List.of("state", "start", "kill", "delete", "pause", "resume", "ps", "events");

  @TempDir Path temp;

  static Stream<String> records() {
    String begun = record("c1", "created", "");
    return Stream.of(
        "",
        "{",
        "null",
        "[]",
        "\0",
        "{}",
        begun.substring(0, begun.length() / 2),
        begun + begun,
        begun.replace("\"schema\":1", "\"schema\":0"),
        begun.replace("\"schema\":1", "\"schema\":2"),
        begun.replace("\"schema\":1", "\"schema\":99999999999999999999999999"),
        begun.replace("\"schema\":1", "\"schema\":\"1\""),
        record("c2", "created", ""),
        record("../c1", "created", ""),
        record("u/c1", "created", ""),
        record("c1", "flying", ""),
        record("c1\\u0000", "created", ""),
        begun.replace("\"/b\"", "\"../../etc\""),
        begun.replace("\"/b\"", "\"/b\\u0000\""),
        begun.replace("\"/b\"", "7"),
        record("c1", "running", ",\"process\":{\"pid\":0,\"startTime\":1,\"bootId\":\"x\"}"),
        record("c1", "running", ",\"process\":{\"pid\":-1,\"startTime\":1,\"bootId\":\"x\"}"),
        record("c1", "running", ",\"process\":{\"pid\":4e9,\"startTime\":1,\"bootId\":\"x\"}"),
        record("c1", "running", ",\"process\":[]"),
        record("c1", "running", ",\"network\":{\"device\":\"4\"}"),
        record("c1", "running", ",\"monitor\":{\"kind\":\"qemu\",\"memoryMib\":-5}"),
        record("c1", "running", ",\"annotations2\":" + "[".repeat(5000) + "]".repeat(5000)));
  }

  @ParameterizedTest
  @MethodSource("records")
  void damagedRecordIsOneLineForEveryVerbAndRemovedByForce(String text) throws IOException {
    Files.createDirectories(temp.resolve("c1"));
    Files.writeString(record(), text);
    assertSaidAndRemoved("urunj.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"directory", "link", "huge"})
  void somethingElseInPlaceOfTheRecordIsTheSame(String what) throws IOException {
    Files.createDirectories(temp.resolve("c1"));
    switch (what) {
      case "directory" -> Files.createDirectories(record().resolve("deeper"));
      case "link" -> Files.createSymbolicLink(record(), Path.of("/etc/passwd"));
      default -> {
        try (RandomAccessFile file = new RandomAccessFile(record().toFile(), "rw")) {
          file.setLength(100L << 20);
        }
      }
    }
    assertSaidAndRemoved("urunj.json");
    assertThat(Path.of("/etc/passwd")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\n",
        "garbage\n",
        "{\"act\":\"fly\"}\n",
        "{\"act\":\"tap\",\"name\":\"../../../x\"}\n{\"act\":7}\n",
        "{\"act\":\"cgroups\",\"paths\":[\"/sys/fs/cgroup/../../etc\"]}\n",
        "{\"act\":\"qdisc\",\"link\":\"eth0\",\"index\":99999999999}\n"
      })
  void damagedJournalIsOneLineForDeleteAndRemovedByForce(String journal) throws IOException {
    Files.createDirectories(temp.resolve("c1"));
    Files.writeString(record(), record("c1", "stopped", ""));
    Files.writeString(temp.resolve("c1/journal"), journal);
    assertFails(run("delete", "c1")).contains("c1/journal");
    assertThat(run("delete", "--force", "c1").exitCode()).isZero();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void journalThatNamesWhatIsNoControlGroupHarmsNothing() throws IOException {
    Path victim = Files.createDirectories(temp.resolve("@victim"));
    Files.createDirectories(temp.resolve("c1"));
    Files.writeString(record(), record("c1", "stopped", ""));
    Files.writeString(
        temp.resolve("c1/journal"), "{\"act\":\"cgroups\",\"paths\":[\"" + victim + "\"]}\n");
    assertFails(run("delete", "c1")).contains("is not a control group");
    assertThat(victim).isDirectory();
  }

  @Test
  void sweepRemovesDamagedStateAndLeavesTheRest() throws IOException {
    Files.createDirectories(temp.resolve("c1"));
    Files.writeString(record(), "{");
    Files.createDirectories(temp.resolve("@new.c2"));
    Files.createDirectories(temp.resolve("other"));
    Files.writeString(temp.resolve("@file"), "x");
    String looked = run("gc").stdout();
    assertThat(looked).contains("remains", "damaged-state", "foreign");
    assertThat(temp.resolve("@new.c2")).exists();
    assertThat(run("gc", "--apply", "--format", "json").stdout())
        .contains("\"applied\":true", "\"remains\"", "\"damaged-state\"", "\"foreign\"");
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("other", "@file");
  }

  private void assertSaidAndRemoved(String file) throws IOException {
    for (String verb : VERBS) {
      assertFails(run(verb, "c1")).as(verb).contains("c1/" + file);
    }
    Result list = run("list");
    assertThat(list.exitCode()).isZero();
    assertThat(list.stderr()).hasLineCount(1).contains("c1/" + file);
    Result forced = run("delete", "--force", "c1");
    assertThat(forced.exitCode()).as(forced.stderr()).isZero();
    assertThat(forced.stderr()).hasLineCount(1).contains("c1/" + file);
    assertThat(temp).isEmptyDirectory();
  }

  private Path record() {
    return temp.resolve("c1/urunj.json");
  }

  private static String record(String id, String status, String more) {
    return "{\"schema\":1,\"id\":\""
        + id
        + "\",\"status\":\""
        + status
        + "\",\"bundle\":\"/b\",\"created\":\"x\",\"annotations\":{}"
        + more
        + "}";
  }

  private static org.assertj.core.api.AbstractStringAssert<?> assertFails(Result result) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout()).isEmpty();
    return assertThat(result.stderr())
        .startsWith("urunj: ")
        .hasLineCount(1)
        .doesNotContain("Exception", "internal error", "\tat ");
  }

  private Result run(String... words) {
    List<String> all = new ArrayList<>(List.of("--root", temp.toString()));
    all.addAll(List.of(words));
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(stdout, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(stderr, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(all);
      return new Result(
          code, stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
