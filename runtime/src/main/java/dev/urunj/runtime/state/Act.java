package dev.urunj.runtime.state;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.NetworkActs;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Something that is about to be done outside the container's directory, so that a later command
/// can undo it. Each case carries what is needed to find exactly that thing again.
public sealed interface Act {
  String PIN = "pin";
  String CONTROL_GROUPS = "cgroups";
  String CONTAINER = "container";

  /// The act as one JSON object.
  JsonObject toJson();

  /// The network namespace is bound to [StateDirectory#pin].
  record Pin() implements Act {
    @Override
    public JsonObject toJson() {
      return object(PIN);
    }
  }

  /// The low-level runtime makes control groups, none of which exists yet.
  ///
  /// @param paths absolute, one in each hierarchy
  record ControlGroups(List<Path> paths) implements Act {
    /// Keeps a copy.
    public ControlGroups {
      paths = List.copyOf(paths);
    }

    @Override
    public JsonObject toJson() {
      JsonObject json = object(CONTROL_GROUPS);
      JsonArray array = new JsonArray();
      for (Path path : paths) {
        array.add(path.toString());
      }
      json.add("paths", array);
      return json;
    }
  }

  /// The low-level runtime creates the monitor's container.
  record Container() implements Act {
    @Override
    public JsonObject toJson() {
      return object(CONTAINER);
    }
  }

  /// What is done to the network inside the container's network namespace.
  record OfNetwork(NetworkAct act) implements Act {
    @Override
    public JsonObject toJson() {
      return act.toJson();
    }
  }

  /// The act in one JSON object.
  ///
  /// @param where the place of the object in messages
  /// @param network knows the acts of the network
  /// @throws BadInputException when it is no act, or names what cannot exist
  static Act fromJson(JsonObject json, String where, NetworkActs network) throws BadInputException {
    JsonFields fields = new JsonFields(json, where);
    String act = fields.string("act");
    if (act.equals(PIN)) {
      return new Pin();
    }
    if (act.equals(CONTROL_GROUPS)) {
      return new ControlGroups(paths(fields, "paths"));
    }
    if (act.equals(CONTAINER)) {
      return new Container();
    }
    NetworkAct ofNetwork = network.read(act, fields);
    if (ofNetwork == null) {
      throw fields.bad("act", BadInputException.quote(act) + " is unknown", "an act");
    }
    return new OfNetwork(ofNetwork);
  }

  /// Absolute and without a way back: `..` and `.` are refused.
  private static List<Path> paths(JsonFields fields, String key) throws BadInputException {
    List<Path> paths = new ArrayList<>();
    for (String text : fields.strings(key)) {
      if (!isPlain(text)) {
        throw fields.bad(key, "has " + BadInputException.quote(text), "absolute paths without ..");
      }
      paths.add(Path.of(text));
    }
    return paths;
  }

  private static boolean isPlain(String text) {
    try {
      Path path = Path.of(text);
      return path.isAbsolute() && path.equals(path.normalize());
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private static JsonObject object(String act) {
    JsonObject json = new JsonObject();
    json.addProperty("act", act);
    return json;
  }
}
