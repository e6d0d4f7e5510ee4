package dev.urunj.cli.verb;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.urunj.cli.words.Arguments;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.boot.ResourceOverhead;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.Ownership;
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
final class UpdateCommand implements Command {
  private static final int LIMIT = 1 << 20;
  private static final long MIB = 1L << 20;
  private static final String UNITS = "bkmgtp";

  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 1);
    Path root = invocation.under(caller).root();
    ContainerRecord record = new Ownership(root).record(id);
    if (record == null) {
      return Delegation.unchanged(invocation, caller);
    }
    MonitorRecord monitor = record.monitor();
    long overhead = monitor == null ? 0 : monitor.overheadMib() * MIB;
    List<String> command = new ArrayList<>();
    command.add("update");
    String source = invocation.own().value("resources");
    if (source != null) {
      JsonObject resources = read(source, caller);
      ResourceOverhead.add(resources, overhead);
      command.add("--resources");
      command.add(kept(resources, StateDirectory.of(root, id)).toString());
    } else {
      addFlags(command, invocation.own(), overhead);
    }
    command.add("--");
    command.add(id);
    return Delegation.onMonitor(record, command, invocation, caller);
  }

  private static void addFlags(List<String> command, Arguments own, long overhead)
      throws UsageException {
    List<String> wrong = new ArrayList<>();
    own.forEachFlag((name, value) -> {
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

  /// Keeps the limits where the low-level runtime can read them.
  private static Path kept(JsonObject resources, StateDirectory directory) throws IOException {
    Path file = directory.path().resolve("resources.json");
    Files.write(file, resources.toString().getBytes(StandardCharsets.UTF_8));
    return file;
  }

  private static JsonObject read(String source, Caller caller) throws IOException {
    byte[] text;
    if (source.equals("-")) {
      text = caller.streams().in().readNBytes(LIMIT + 1);
    } else {
      try (InputStream in = Files.newInputStream(caller.path(source))) {
        text = in.readNBytes(LIMIT + 1);
      }
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
