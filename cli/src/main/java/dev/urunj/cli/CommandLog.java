package dev.urunj.cli;

import dev.urunj.cli.words.Arguments;
import dev.urunj.cli.words.UsageException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.file.OpenFile;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.host.Log;
import dev.urunj.runtime.host.Streams;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonText;
import dev.urunj.runtime.state.Rfc3339;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The log that `--log` and `--log-format` ask for, in the shape of runc's, because callers read
/// it: go-runc takes the last line of level `error` for the reason of a failure.
///
/// Without `--log` it is the standard error stream, which gets only warnings and, with `--debug`,
/// debug lines, because [Main] prints the error itself in any case. A file that cannot be opened is
/// an error of the command, as it is of runc's.
final class CommandLog implements Log {
  private static final int MODE = 0644;

  private final @Nullable Path file;
  private final boolean json;
  private final boolean debug;
  private final InstantSource clock;
  private final PrintStream errors;

  private CommandLog(
      @Nullable Path file, boolean json, boolean debug, Streams streams, InstantSource clock) {
    this.file = file;
    this.json = json;
    this.debug = debug;
    this.errors = streams.err();
    this.clock = clock;
  }

  /// The log of a command that asks for none.
  static CommandLog onStandardError(Streams streams, InstantSource clock) {
    return new CommandLog(null, false, false, streams, clock);
  }

  static CommandLog of(Arguments global, Caller caller) throws IOException, UsageException {
    String format = global.value("log-format");
    if (format != null && !format.equals("text") && !format.equals("json")) {
      throw new UsageException("invalid log-format: " + BadInputException.quote(format));
    }
    String given = global.value("log");
    Path file = given == null || given.isEmpty() ? null : caller.path(given);
    if (file != null) {
      open(file);
    }
    return new CommandLog(
        file, "json".equals(format), global.has("debug"), caller.streams(), caller.node().clock());
  }

  /// Makes the file, if it is not there.
  private static void open(Path file) throws IOException {
    try {
      OpenFile.append(file, MODE).close();
    } catch (IOException e) {
      throw new IOException("--log: " + e.getMessage(), e);
    }
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
      errors.write(line, 0, line.length);
      errors.flush();
      return;
    }
    try (Fd log = OpenFile.append(file, MODE)) {
      FileIo.writeFully(log, line);
    } catch (IOException e) {
      errors.println("urunj: --log: " + e.getMessage());
    }
  }

  private String line(String level, String message) {
    String time = Rfc3339.format(clock.instant());
    String quoted = JsonText.quoted(message);
    return json
        ? "{\"level\":\"" + level + "\",\"msg\":" + quoted + ",\"time\":\"" + time + "\"}\n"
        : "time=\"" + time + "\" level=" + level + " msg=" + quoted + "\n";
  }
}
