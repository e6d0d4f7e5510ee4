package dev.urunj.runtime.monitor.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.monitor.ControlChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QmpTest {
  private static final String GREETING = "{\"QMP\":{\"version\":{}}}\r\n";
  private static final String OK = "{\"return\":{}}\r\n";

  /// Says its text in pieces of a few bytes, whatever it is asked.
  private static final class Script implements ControlChannel {
    final List<String> requests = new ArrayList<>();
    boolean closed;
    private final byte[] replies;
    private int at;

    Script(String... replies) {
      this.replies = String.join("", replies).getBytes(UTF_8);
    }

    @Override
    public int read(byte[] into, Deadline deadline) {
      int n = Math.min(Math.min(into.length, 1000), replies.length - at);
      System.arraycopy(replies, at, into, 0, n);
      at += n;
      return n == 0 ? -1 : n;
    }

    @Override
    public void write(byte[] bytes, Deadline deadline) {
      requests.add(new String(bytes, UTF_8).strip());
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static Qmp connect(Script script) throws IOException {
    return Qmp.connect(script, Deadline.byTheKernel(Duration.ofSeconds(1)));
  }

  @Test
  void commandsAreSentAndEventsSkipped() throws IOException {
    Script script =
        new Script(
            GREETING,
            OK,
            "{\"event\":\"RESUME\",\"timestamp\":{}}\n",
            "{\"return\":{\"status\":\"running\",\"running\":true}}\n",
            "{\"event\":\"POWERDOWN\"}\n",
            OK);
    try (Qmp qmp = connect(script)) {
      assertThat(qmp.status()).isEqualTo("running");
      qmp.systemPowerdown();
    }
    assertThat(script.requests)
        .containsExactly(
            "{\"execute\":\"qmp_capabilities\"}",
            "{\"execute\":\"query-status\"}",
            "{\"execute\":\"system_powerdown\"}");
    assertThat(script.closed).isTrue();
  }

  @Test
  void errorOfTheMonitorIsToldInOneLine() throws IOException {
    Script script =
        new Script(GREETING, OK, "{\"error\":{\"class\":\"X\",\"desc\":\"no\\nway\"}}\n");
    try (Qmp qmp = connect(script)) {
      assertThatThrownBy(qmp::stop).hasMessage("QMP stop: no?way");
    }
  }

  @Test
  void hostileRepliesAreErrorsAndCloseTheChannel() {
    for (String reply :
        List.of(
            "",
            "\n",
            "null\n",
            "[]\n",
            "{\n",
            "\u0000\u001b[31m\n",
            "{\"event\":1}\n",
            "[".repeat(60_000) + "\n",
            "{\"a\":".repeat(9000) + "\n",
            GREETING,
            GREETING + "{\"x\":1}\n",
            GREETING + "{\"error\":{\"desc\":[1,2]}}\n",
            GREETING + "{\"error\":7}\n")) {
      Script script = new Script(reply);
      assertThatThrownBy(() -> connect(script))
          .isInstanceOf(IOException.class)
          .message()
          .isNotNull();
      assertThat(script.closed).isTrue();
    }
  }

  @Test
  void endlessLineIsCutOff() {
    assertThatThrownBy(() -> connect(new Script("x".repeat(200_000))))
        .hasMessage("QMP: line of more than 65536 bytes");
  }

  @Test
  void endlessEventsEndAtTheDeadline() {
    ControlChannel chatty =
        new ControlChannel() {
          @Override
          public int read(byte[] into, Deadline deadline) {
            byte[] event = "{\"event\":\"X\",\"QMP\":1}\n".getBytes(UTF_8);
            System.arraycopy(event, 0, into, 0, event.length);
            return event.length;
          }

          @Override
          public void write(byte[] bytes, Deadline deadline) {}

          @Override
          public void close() {}
        };
    AtomicLong now = new AtomicLong();
    Deadline deadline = Deadline.after(() -> now.addAndGet(1_000_000), Duration.ofMillis(20));
    assertThatThrownBy(() -> Qmp.connect(chatty, deadline)).hasMessage("QMP: no answer in time");
  }

  @Test
  void statusWithoutTextIsAnError() throws IOException {
    try (Qmp qmp = connect(new Script(GREETING, OK, "{\"return\":{\"status\":{}}}\n"))) {
      assertThatThrownBy(qmp::status)
          .hasMessage("QMP query-status: expected a status in the reply");
    }
  }
}
