package dev.urunj.runtime.monitor.qemu;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.urunj.linux.clock.Deadline;
import dev.urunj.runtime.monitor.ControlChannel;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// QEMU's control protocol, docs/interop/qmp-spec.txt of QEMU: JSON objects, one per line. Events
/// are skipped. Owns the channel. One thread at a time.
///
/// The other side runs the guest, so we do not trust it: a line has at most 64 KiB, a reply must
/// come before the deadline, and anything that is not QMP is an error.
public final class Qmp implements Closeable {
  private static final int LINE_BYTES = 64 * 1024;

  private final ControlChannel channel;
  private final Deadline deadline;
  private byte[] buffer = new byte[4096];
  private int used;

  private Qmp(ControlChannel channel, Deadline deadline) {
    this.channel = channel;
    this.deadline = deadline;
  }

  /// Reads the greeting and leaves the negotiation mode. On failure the channel is closed.
  ///
  /// @param deadline of everything done with this connection
  public static Qmp connect(ControlChannel channel, Deadline deadline) throws IOException {
    Qmp qmp = new Qmp(channel, deadline);
    try {
      JsonObject greeting = qmp.message();
      if (!greeting.has("QMP")) {
        throw new IOException("QMP: expected a greeting, got another message");
      }
      qmp.execute("qmp_capabilities");
      return qmp;
    } catch (Throwable t) {
      try (channel) {
        throw t;
      }
    }
  }

  /// The machine's run state, for instance `running`, `paused`, `shutdown`.
  public String status() throws IOException {
    JsonElement status = execute("query-status");
    if (status instanceof JsonObject object && object.get("status") instanceof JsonPrimitive name) {
      return name.getAsString();
    }
    throw new IOException("QMP query-status: expected a status in the reply");
  }

  /// Presses the ACPI power button; the guest decides what it does about it.
  public void systemPowerdown() throws IOException {
    execute("system_powerdown");
  }

  /// Stops the virtual processors.
  public void stop() throws IOException {
    execute("stop");
  }

  /// Lets the virtual processors run again.
  public void cont() throws IOException {
    execute("cont");
  }

  /// Ends the monitor, which may close the connection before it answers.
  public void quit() throws IOException {
    execute("quit");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private JsonElement execute(String command) throws IOException {
    byte[] request = ("{\"execute\":\"" + command + "\"}\r\n").getBytes(StandardCharsets.US_ASCII);
    channel.write(request, deadline);
    while (true) {
      JsonObject message = message();
      if (message.has("event")) {
        continue;
      }
      JsonElement result = message.get("return");
      if (result != null) {
        return result;
      }
      throw new IOException("QMP " + command + ": " + reason(message.get("error")));
    }
  }

  private static String reason(JsonElement error) {
    if (error instanceof JsonObject object && object.get("desc") instanceof JsonPrimitive text) {
      return plain(text.getAsString());
    }
    return "expected a reply, got another message";
  }

  private JsonObject message() throws IOException {
    String line = line();
    try {
      if (JsonParser.parseString(line) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
      throw new IOException("QMP: not JSON: " + plain(line), e);
    }
    throw new IOException("QMP: expected an object, got " + plain(line));
  }

  private String line() throws IOException {
    int searched = 0;
    while (true) {
      for (int i = searched; i < used; i++) {
        if (buffer[i] == '\n') {
          String line = new String(buffer, 0, i, StandardCharsets.UTF_8);
          System.arraycopy(buffer, i + 1, buffer, 0, used - i - 1);
          used -= i + 1;
          return line;
        }
      }
      searched = used;
      fill();
    }
  }

  private void fill() throws IOException {
    if (used >= LINE_BYTES) {
      throw new IOException("QMP: line of more than 65536 bytes");
    }
    if (deadline.hasPassed()) {
      throw new IOException("QMP: no answer in time");
    }
    byte[] chunk = new byte[4096];
    int n = channel.read(chunk, deadline);
    if (n <= 0) {
      throw new IOException("QMP: the monitor closed the connection");
    }
    if (used + n > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, used + n));
    }
    System.arraycopy(chunk, 0, buffer, used, n);
    used += n;
  }

  /// Untrusted text in an error line: control characters become `?`, cut at 80.
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(80);
    for (int i = 0; i < text.length() && i < 80; i++) {
      char c = text.charAt(i);
      plain.append(c < ' ' || (c >= 0x7f && c < 0xa0) ? '?' : c);
    }
    return plain.toString();
  }
}
