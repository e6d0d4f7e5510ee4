package dev.urunj.cli;

import com.google.gson.JsonPrimitive;
import dev.urunj.runtime.lifecycle.Log;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.Rfc3339;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The log that `--log` and `--log-format` ask for, in the shape of runc's, because callers read
/// it: go-runc takes the last line of level `error` for the reason of a failure.
///
/// Without `--log` it is the standard error stream, and then only warnings, and with `--debug`
/// debug lines, go there: the error itself is printed by [Main] in any case.
final class CommandLog implements Log {
  private final @Nullable String file;
  private final boolean json;
  private final boolean debug;
  private final InstantSource clock;

  private CommandLog(@Nullable String file, boolean json, boolean debug, InstantSource clock) {
    this.file = file;
    this.json = json;
    this.debug = debug;
    this.clock = clock;
  }

  static CommandLog of(Arguments global, InstantSource clock) throws UsageException {
    String format = global.value("log-format");
    if (format != null && !format.equals("text") && !format.equals("json")) {
      throw new UsageException("invalid log-format: " + BadInputException.quote(format));
    }
    String file = global.value("log");
    return new CommandLog(
        file == null || file.isEmpty() ? null : file,
        "json".equals(format),
        global.has("debug"),
        clock);
  }

  @Override
  public void debug(String message) {
    if (debug) {
      write("debug", message);
    }
  }

  @Override
  public void info(String message) {
    if (debug || file != null) {
      write("info", message);
    }
  }

  @Override
  public void warn(String message) {
    write("warning", message);
  }

  /// The reason why the command fails.
  void error(String message) {
    if (file != null) {
      write("error", message);
    }
  }

  private void write(String level, String message) {
    byte[] line = line(level, message).getBytes(StandardCharsets.UTF_8);
    if (file == null) {
      System.err.write(line, 0, line.length);
      System.err.flush();
      return;
    }
    try (FileOutputStream out = new FileOutputStream(file, true)) {
      out.write(line);
    } catch (IOException e) {
      System.err.println("urunj: --log: " + e.getMessage());
    }
  }

  private String line(String level, String message) {
    String time = Rfc3339.format(clock.instant());
    String quoted = new JsonPrimitive(message).toString();
    return json
        ? "{\"level\":\"" + level + "\",\"msg\":" + quoted + ",\"time\":\"" + time + "\"}\n"
        : "time=\"" + time + "\" level=" + level + " msg=" + quoted + "\n";
  }
}
