package dev.urunj.cli.verb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.urunj.cli.text.Table;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.config.ConfigReader;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lifecycle.ContainerState;
import dev.urunj.runtime.lowlevel.LowLevelAnswer;
import dev.urunj.runtime.lowlevel.SpawnedRuntimes;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Containers;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `list`: our containers and, where the same root holds others, the low-level runtime's, in its
/// columns and its JSON. Without `--root` others are in the low-level runtime's own default root,
/// because their commands were handed on without one.
final class ListCommand implements Command {
  private static final String[] COLUMNS = {"id", "pid", "status", "bundle", "created", "owner"};
  private static final String[] TITLES = {"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"};

  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    invocation.own().operands("list", 0, 0);
    boolean json = invocation.own().wantsJson("table");
    JsonArray containers = containers(invocation, caller);
    PrintStream out = caller.streams().out();
    if (invocation.own().has("quiet")) {
      for (JsonElement container : containers) {
        out.println(text(container, "id"));
      }
    } else if (json) {
      out.println(containers.isEmpty() ? "null" : containers.toString());
    } else {
      printTable(out, containers);
    }
    return Outcome.written(caller, 0);
  }

  private static JsonArray containers(Invocation invocation, Caller caller)
      throws IOException, UsageException {
    Path root = invocation.under(caller).root();
    JsonArray containers = new JsonArray();
    String given = invocation.global().value("root");
    boolean others = given == null;
    for (String id : new Containers(root).ids()) {
      StateDirectory directory = StateDirectory.of(root, id);
      if (!directory.isOurs()) {
        others = true;
        continue;
      }
      JsonObject state = stateOf(directory, caller);
      if (state != null) {
        containers.add(state);
      }
    }
    if (others) {
      addOthers(containers, given, caller);
    }
    return containers;
  }

  /// Reports a damaged record and skips it, because the others must still be listed.
  private static @Nullable JsonObject stateOf(StateDirectory directory, Caller caller) {
    try {
      ContainerRecord record = directory.record();
      if (record == null) {
        return null;
      }
      JsonObject state = ContainerState.of(record);
      state.addProperty("rootfs", directory.bundle().resolve("rootfs").toString());
      state.addProperty("owner", "root");
      return state;
    } catch (IOException e) {
      caller
          .streams()
          .err()
          .println("urunj: list: " + BadInputException.oneLine(String.valueOf(e.getMessage())));
      return null;
    }
  }

  private static void addOthers(JsonArray containers, @Nullable String root, Caller caller)
      throws IOException {
    Map<String, String> environment = caller.environment().variables();
    Path program =
        caller.node().lowLevelForOthers(new ConfigReader(environment).read(), caller.environment());
    List<String> command = new ArrayList<>(List.of(program.toString()));
    if (root != null) {
      command.addAll(List.of("--root", root));
    }
    command.addAll(List.of("list", "--format", "json"));
    LowLevelAnswer answer =
        LowLevelAnswer.to(command, caller.environment(), SpawnedRuntimes.PATIENCE);
    if (answer.exitCode() == LowLevelAnswer.KILLED) {
      throw new IOException(program + " list: was killed before it answered");
    }
    try {
      JsonElement list = JsonParser.parseString(answer.text());
      if (list.isJsonArray()) {
        containers.addAll(list.getAsJsonArray());
      }
    } catch (JsonParseException e) {
      throw new IOException(program + " list: printed no JSON", e);
    }
  }

  private static void printTable(PrintStream out, JsonArray containers) {
    List<String[]> rows = new ArrayList<>();
    for (JsonElement container : containers) {
      String[] row = new String[COLUMNS.length];
      for (int column = 0; column < COLUMNS.length; column++) {
        row[column] = text(container, COLUMNS[column]);
      }
      rows.add(row);
    }
    Table.print(out, TITLES, rows);
  }

  private static String text(JsonElement container, String key) {
    JsonElement value = container.isJsonObject() ? container.getAsJsonObject().get(key) : null;
    return value == null || !value.isJsonPrimitive()
        ? ""
        : BadInputException.oneLine(value.getAsString());
  }
}
