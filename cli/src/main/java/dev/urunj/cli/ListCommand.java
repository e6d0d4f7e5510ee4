package dev.urunj.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.urunj.runtime.config.ConfigReader;
import dev.urunj.runtime.host.Node;
import dev.urunj.runtime.lifecycle.ContainerState;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.Containers;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `list`: our containers and, where the same root holds others, the low-level runtime's, in its
/// columns and its JSON. Without `--root` others are in the low-level runtime's own default root,
/// because their commands were handed on without one. Makes no native call of its own.
final class ListCommand {
  private static final String[] COLUMNS = {"id", "pid", "status", "bundle", "created", "owner"};
  private static final String[] TITLES = {"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"};

  private final Invocation invocation;

  ListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  int run() throws IOException, UsageException {
    invocation.own().operands("list", 0, 0);
    boolean json = invocation.own().wantsJson("table");
    JsonArray containers = containers();
    if (invocation.own().has("quiet")) {
      for (JsonElement container : containers) {
        System.out.println(text(container, "id"));
      }
    } else if (json) {
      System.out.println(containers.isEmpty() ? "null" : containers.toString());
    } else {
      printTable(containers);
    }
    return System.out.checkError() ? 1 : 0;
  }

  private JsonArray containers() throws IOException, UsageException {
    Path root = invocation.root();
    JsonArray containers = new JsonArray();
    String given = invocation.global().value("root");
    boolean others = given == null;
    for (String id : new Containers(root).ids()) {
      StateDirectory directory = StateDirectory.of(root, id);
      if (!directory.isOurs()) {
        others = true;
        continue;
      }
      JsonObject state = stateOf(directory);
      if (state != null) {
        containers.add(state);
      }
    }
    if (others) {
      addOthers(containers, given);
    }
    return containers;
  }

  /// Reports a damaged record and skips it, because the others must still be listed.
  private static @Nullable JsonObject stateOf(StateDirectory directory) {
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
      System.err.println(
          "urunj: list: " + BadInputException.oneLine(String.valueOf(e.getMessage())));
      return null;
    }
  }

  private static void addOthers(JsonArray containers, @Nullable String root) throws IOException {
    Path program =
        new Node(System.getenv()).lowLevelForOthers(new ConfigReader(System.getenv()).read());
    List<String> command = new ArrayList<>(List.of(program.toString()));
    if (root != null) {
      command.addAll(List.of("--root", root));
    }
    command.addAll(List.of("list", "--format", "json"));
    Process process =
        new ProcessBuilder(command)
            .redirectError(Redirect.DISCARD) // complaints about directories that are ours
            .start();
    try (Reader reader = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
      JsonElement list = JsonParser.parseReader(reader);
      if (list.isJsonArray()) {
        containers.addAll(list.getAsJsonArray());
      }
    } catch (JsonParseException e) {
      throw new IOException(program + " list: printed no JSON", e);
    }
  }

  private static void printTable(JsonArray containers) {
    List<String[]> rows = new ArrayList<>();
    for (JsonElement container : containers) {
      String[] row = new String[COLUMNS.length];
      for (int column = 0; column < COLUMNS.length; column++) {
        row[column] = text(container, COLUMNS[column]);
      }
      rows.add(row);
    }
    Table.print(TITLES, rows);
  }

  private static String text(JsonElement container, String key) {
    JsonElement value = container.isJsonObject() ? container.getAsJsonObject().get(key) : null;
    return value == null || !value.isJsonPrimitive()
        ? ""
        : BadInputException.oneLine(value.getAsString());
  }
}
