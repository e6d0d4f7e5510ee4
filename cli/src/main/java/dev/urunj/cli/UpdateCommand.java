package dev.urunj.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.urunj.runtime.boot.ResourceOverhead;
import dev.urunj.runtime.host.Host;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `update` on a unikernel: the limits are the guest's, so the monitor's overhead is added to those
/// of memory, as create does. The guest's own size does not change.
final class UpdateCommand {
  private static final int LIMIT = 1 << 20;
  private static final long MIB = 1L << 20;
  private static final String UNITS = "bkmgtp";

  private final Invocation invocation;
  private final Host host;

  UpdateCommand(Invocation invocation, Host host) {
    this.invocation = invocation;
    this.host = host;
  }

  /// Hands the command on; does not return normally.
  int run(ContainerRecord record) throws IOException, UsageException {
    MonitorRecord monitor = record.monitor();
    long overhead = monitor == null ? 0 : monitor.overheadMib() * MIB;
    List<String> command = new ArrayList<>();
    command.add("update");
    String resources = invocation.own().value("resources");
    if (resources != null) {
      command.add("--resources");
      command.add(withOverhead(resources, record, overhead).toString());
    } else {
      addFlags(command, overhead);
    }
    command.add("--");
    command.add(record.id());
    return new Delegation(invocation).execOnMonitor(record, command);
  }

  private void addFlags(List<String> command, long overhead) throws UsageException {
    List<String> wrong = new ArrayList<>();
    invocation
        .own()
        .forEachFlag((name, value) -> {
          command.add("--" + name);
          if (value == null) {
            return;
          }
          String more = isMemory(name) ? withOverhead(value, overhead) : value;
          if (more == null) {
            wrong.add("--" + name + ": " + BadInputException.quote(value));
          } else {
            command.add(more);
          }
        });
    if (!wrong.isEmpty()) {
      throw new UsageException(
          wrong.getFirst() + " is not a size; expected bytes, or with k, m or g");
    }
  }

  private static boolean isMemory(String flag) {
    return flag.equals("memory") || flag.equals("memory-swap");
  }

  /// A size with the overhead added.
  ///
  /// @return null when the text is no size as runc takes them
  static @Nullable String withOverhead(String size, long overhead) {
    String text = size.toLowerCase(java.util.Locale.ROOT).strip();
    if (text.equals("-1")) {
      return text; // no limit
    }
    int digits = 0;
    while (digits < text.length() && isDigit(text.charAt(digits))) {
      digits++;
    }
    int unit = digits < text.length() ? UNITS.indexOf(text.charAt(digits)) : 0;
    String rest = digits < text.length() ? text.substring(digits + 1) : "";
    boolean known = rest.isEmpty() || rest.equals("b") || rest.equals("ib");
    if (digits == 0 || digits > 15 || unit < 0 || !known) {
      return null;
    }
    long count = Long.parseLong(text.substring(0, digits));
    if (count == 0) {
      return text; // runc takes it for "leave as it is"
    }
    long largest = (Long.MAX_VALUE - overhead) >> (10 * unit);
    return count > largest ? null : Long.toString((count << (10 * unit)) + overhead);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private Path withOverhead(String source, ContainerRecord record, long overhead)
      throws IOException {
    JsonObject resources = read(source);
    ResourceOverhead.add(resources, overhead);
    Path file = StateDirectory.of(host.root(), record.id()).path().resolve("resources.json");
    Files.write(file, resources.toString().getBytes(StandardCharsets.UTF_8));
    return file;
  }

  private static JsonObject read(String source) throws IOException {
    byte[] text;
    try (InputStream in = source.equals("-") ? System.in : Files.newInputStream(Path.of(source))) {
      text = in.readNBytes(LIMIT + 1);
    }
    if (text.length > LIMIT) {
      throw bad(source, "is larger than " + LIMIT + " bytes");
    }
    try {
      JsonElement json = JsonParser.parseString(new String(text, StandardCharsets.UTF_8));
      if (json.isJsonObject()) {
        return json.getAsJsonObject();
      }
    } catch (JsonParseException _) {
      // said below
    }
    throw bad(source, "is not a JSON object");
  }

  private static BadInputException bad(String source, String problem) {
    return new BadInputException(
        source.equals("-") ? "standard input" : source, "", problem, "linux.resources as JSON");
  }
}
