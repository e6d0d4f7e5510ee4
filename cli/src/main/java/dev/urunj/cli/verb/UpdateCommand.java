package dev.urunj.cli.verb;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.urunj.cli.words.Arguments;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.MemorySize;
import dev.urunj.runtime.lifecycle.MonitorCommand;
import dev.urunj.runtime.lifecycle.Ownership;
import dev.urunj.runtime.lifecycle.UpdateContainer;
import dev.urunj.runtime.lifecycle.UpdateContainer.Limit;
import dev.urunj.runtime.oci.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// `update` on a unikernel, by flags or by a file; with the words as they came on anything else.
final class UpdateCommand implements Command {
  private static final int LIMIT = 1 << 20;

  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    String id = invocation.id(1, 1);
    Caller here = invocation.under(caller);
    if (!new Ownership(here.root()).isOurs(id)) {
      return Delegation.unchanged(invocation, caller);
    }
    UpdateContainer update = new UpdateContainer(here);
    String source = invocation.own().value("resources");
    MonitorCommand command =
        source == null
            ? update.byFlags(id, limits(invocation.own()))
            : update.byResources(id, read(source, caller));
    return Delegation.become(command, invocation, caller);
  }

  private static List<Limit> limits(Arguments own) throws UsageException {
    List<Limit> limits = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    own.forEachFlag((name, value) -> {
      MemorySize memory = value != null && isMemory(name) ? MemorySize.parse(value) : null;
      if (value != null && isMemory(name) && memory == null) {
        wrong.add("--" + name + ": " + BadInputException.quote(value));
      }
      limits.add(new Limit(name, value, memory));
    });
    if (!wrong.isEmpty()) {
      throw new UsageException(
          wrong.getFirst() + " is not a size; expected bytes, or with k, m or g");
    }
    return limits;
  }

  private static boolean isMemory(String flag) {
    return flag.equals("memory") || flag.equals("memory-swap");
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
