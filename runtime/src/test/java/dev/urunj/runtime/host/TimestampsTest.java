package dev.urunj.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.runtime.host.Timestamps.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimestampsTest {
  private static final List<String> URUNC =
      List.of(
          "CR.invoked",
          "CR.unikontainer_created",
          "CR.initial_setup",
          "CR.start_reexec",
          "RX.create_invoked",
          "RX.close_pipes_and_setup_base",
          "CR.received_pids",
          "CR.hooks_executed",
          "CR.sent_ack",
          "RX.received_ack",
          "CR.terminated",
          "ST.invoked",
          "ST.unikontainer_created",
          "ST.sent_start_msg",
          "RX.received_start_msg",
          "RX.joined_netns",
          "RX.network_setup_completed",
          "RX.disk_setup_completed",
          "RX.execve_hypervisor");

  @TempDir Path temp;
  private final RecordedLog log = new RecordedLog();

  @Test
  void namesAndNumbersAreThoseOfUrunc() throws IOException {
    Path file = temp.resolve("new/directory/t.json");
    Timestamps timestamps = timestamps(file);
    for (Moment moment : Moment.values()) {
      timestamps.mark(moment);
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(19);
    for (int order = 0; order < 19; order++) {
      JsonObject line = JsonParser.parseString(lines.get(order)).getAsJsonObject();
      assertThat(line.keySet())
          .containsExactly("containerID", "timestampID", "timestampName", "timestampOrder", "time");
      assertThat(line.get("containerID").getAsString()).isEqualTo("c1");
      assertThat(line.get("timestampID").getAsString()).isEqualTo("TS%02d".formatted(order));
      assertThat(line.get("timestampName").getAsString()).isEqualTo(URUNC.get(order));
      assertThat(line.get("timestampOrder").getAsInt()).isEqualTo(order);
      assertThat(line.get("time").getAsLong()).isEqualTo(1_795_233_600_000_000_007L);
    }
  }

  @Test
  void beginningOfACommandHasItsOwnTime() throws IOException {
    Path file = temp.resolve("t.json");
    timestamps(file).markInvoked(Moment.START_INVOKED);
    assertThat(file).content().contains("\"time\":5000000000}");
  }

  @Test
  void withoutAFileNothingIsWritten() {
    timestamps(null).mark(Moment.CREATE_INVOKED);
    assertThat(temp).isEmptyDirectory();
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void fileThatCannotBeWrittenIsOneWarning() throws IOException {
    Files.createFile(temp.resolve("file"));
    Timestamps timestamps = timestamps(temp.resolve("file/t.json"));
    timestamps.mark(Moment.CREATE_INVOKED);
    timestamps.mark(Moment.CREATE_CLAIMED);
    Timestamps directory = timestamps(temp);
    directory.mark(Moment.START_INVOKED);
    assertThat(log.warnings()).hasSize(2).allMatch(text -> text.startsWith("timestamps: " + temp));
  }

  private Timestamps timestamps(@Nullable Path file) {
    Instant now = Instant.ofEpochSecond(1_795_233_600L, 7);
    return new Timestamps(
        file, "c1", TestCaller.at(InstantSource.fixed(now), temp, log, Instant.ofEpochSecond(5)));
  }
}
