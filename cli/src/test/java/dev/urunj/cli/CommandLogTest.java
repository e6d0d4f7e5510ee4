package dev.urunj.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.cli.verb.HandMadeCaller;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLogTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-21T04:07:00.5Z"));
  private static final String HOSTILE = "a \"b\" \\ \n\r\t\u001b[2J \u2028 ü level=error";

  @TempDir Path temp;

  @Test
  void jsonLinesHaveLevelMessageAndTime() throws Exception {
    CommandLog log = log("--log-format", "json");
    log.warn("first");
    log.error("second");
    List<String> lines = Files.readAllLines(file());
    assertThat(lines)
        .containsExactly(
            "{\"level\":\"warning\",\"msg\":\"first\",\"time\":\"2026-11-21T04:07:00.500000000Z\"}",
            "{\"level\":\"error\",\"msg\":\"second\",\"time\":\"2026-11-21T04:07:00.500000000Z\"}");
  }

  @Test
  void decisionsAreInTheFileWithoutBeingAskedFor() throws Exception {
    log().info("first");
    assertThat(Files.readString(file())).contains("level=info msg=\"first\"");
  }

  @Test
  void textLinesAreThoseOfLogrus() throws Exception {
    log().error("second");
    assertThat(Files.readString(file()))
        .isEqualTo("time=\"2026-11-21T04:07:00.500000000Z\" level=error msg=\"second\"\n");
  }

  @Test
  void hostileMessageIsOneLineAndComesBackFromJson() throws Exception {
    log("--log-format", "json").error(HOSTILE);
    List<String> lines = Files.readAllLines(file());
    assertThat(lines).hasSize(1);
    JsonObject json = JsonParser.parseString(lines.getFirst()).getAsJsonObject();
    assertThat(json.get("msg").getAsString()).isEqualTo(HOSTILE);
  }

  @Test
  void hostileMessageIsOneLineOfText() throws Exception {
    log().error(HOSTILE);
    assertThat(Files.readString(file())).hasLineCount(1).doesNotContain("\u001b");
  }

  @Test
  void debugLinesComeOnlyWhenAskedFor() throws Exception {
    log().debug("hidden");
    assertThat(file()).isEmptyFile();
    log("--debug").debug("shown");
    assertThat(file()).content().contains("level=debug").contains("shown");
  }

  @Test
  void logIsAppendedTo() throws Exception {
    Files.writeString(file(), "before\n");
    log().warn("after");
    assertThat(file()).content().startsWith("before\n").contains("after");
  }

  @Test
  void logThatCannotBeOpenedIsAnErrorBeforeAnythingIsDone() {
    assertThatThrownBy(() -> log("--log", temp + "/missing/log"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("--log: ")
        .hasMessageContaining("missing/log")
        .hasMessageContaining("No such file or directory");
    assertThatThrownBy(() -> log("--log", temp.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Is a directory");
  }

  @Test
  void otherFormatIsRefused() {
    assertThatThrownBy(() -> log("--log-format", "xml")).isInstanceOf(UsageException.class);
  }

  private Path file() {
    return temp.resolve("log");
  }

  private CommandLog log(String... words) throws UsageException, IOException {
    List<String> all = new ArrayList<>(List.of("--log", file().toString()));
    all.addAll(List.of(words));
    Caller caller = new HandMadeCaller(temp).at(CLOCK).caller();
    return CommandLog.of(Invocation.parse(all).global(), caller);
  }
}
