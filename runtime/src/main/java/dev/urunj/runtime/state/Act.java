package dev.urunj.runtime.state;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Something that is about to be done outside the container's directory, so that a later command
/// can undo it. Each case carries what is needed to find exactly that thing again.
public sealed interface Act {
  /// The act as one JSON object.
  JsonObject toJson();

  /// What is made inside the container's network namespace.
  sealed interface OfNetwork extends Act {}

  /// The network namespace is bound to [StateDirectory#pin].
  record Pin() implements Act {
    @Override
    public JsonObject toJson() {
      return object("pin");
    }
  }

  /// A TAP of this name is made in the container's network namespace.
  record Tap(String name) implements OfNetwork {
    @Override
    public JsonObject toJson() {
      JsonObject json = object("tap");
      json.addProperty("name", name);
      return json;
    }
  }

  /// That TAP is made persistent, for a monitor that opens it by its name.
  ///
  /// @param index in the container's network namespace, because a later TAP may have the same name
  record PersistentTap(String name, int index) implements OfNetwork {
    @Override
    public JsonObject toJson() {
      JsonObject json = object("persistentTap");
      json.addProperty("name", name);
      json.addProperty("index", index);
      return json;
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
      JsonObject json = object("cgroups");
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
      return object("container");
    }
  }

  /// A qdisc for the way in, or for both ways, is added to a link of the pod that has none.
  ///
  /// @param link the link's name, for people
  /// @param linkIndex its index in the container's network namespace
  /// @param kind `ingress` or `clsact`
  record Qdisc(String link, int linkIndex, String kind) implements OfNetwork {
    @Override
    public JsonObject toJson() {
      JsonObject json = ofLink("qdisc", link, linkIndex);
      json.addProperty("kind", kind);
      return json;
    }
  }

  /// Our redirect is added to a link of the pod.
  ///
  /// @param tapIndex index of the TAP that it leads to: a successor's redirect on the same link
  ///   leads elsewhere
  record Redirect(String link, int linkIndex, int tapIndex) implements OfNetwork {
    @Override
    public JsonObject toJson() {
      JsonObject json = ofLink("redirect", link, linkIndex);
      json.addProperty("tapIndex", tapIndex);
      return json;
    }
  }

  /// Our table of nf_tables is made, and IPv4 forwarding switched on at a link of the pod. What was
  /// before is in the table's comment.
  ///
  /// @param tapIndex index of the TAP whose guest it is for, which is in that comment too
  record Masquerade(String link, int linkIndex, int tapIndex) implements OfNetwork {
    @Override
    public JsonObject toJson() {
      JsonObject json = ofLink("masquerade", link, linkIndex);
      json.addProperty("tapIndex", tapIndex);
      return json;
    }
  }

  /// Part of the pod's fabric, which all guests of a pod share.
  sealed interface Shared extends OfNetwork {
    /// Index of the TAP of the guest for which it is done.
    int tapIndex();
  }

  /// The fabric's filter is added to a link of the pod.
  ///
  /// @param egress at the link's way out, not in
  record Classifier(String link, int linkIndex, boolean egress, int tapIndex) implements Shared {
    @Override
    public JsonObject toJson() {
      JsonObject json = ofLink("classifier", link, linkIndex);
      json.addProperty("egress", egress);
      json.addProperty("tapIndex", tapIndex);
      return json;
    }
  }

  /// A setting of the kernel for the network namespace gets another value.
  ///
  /// @param name as a path below `/proc/sys`
  record Sysctl(String name, String before, String value, int tapIndex) implements Shared {
    @Override
    public JsonObject toJson() {
      JsonObject json = object("sysctl");
      json.addProperty("name", name);
      json.addProperty("before", before);
      json.addProperty("value", value);
      json.addProperty("tapIndex", tapIndex);
      return json;
    }
  }

  /// A net is made the pod's own, by a route of type `local`.
  ///
  /// @param mtu bytes
  record LocalRoute(InetAddress destination, int prefixLength, int mtu, int tapIndex)
      implements Shared {
    @Override
    public JsonObject toJson() {
      JsonObject json = object("localRoute");
      json.addProperty("destination", destination.getHostAddress());
      json.addProperty("prefixLength", prefixLength);
      json.addProperty("mtu", mtu);
      json.addProperty("tapIndex", tapIndex);
      return json;
    }
  }

  /// The act in one JSON object.
  ///
  /// @param where the place of the object in messages
  /// @throws BadInputException when it is no act, or names what cannot exist
  static Act fromJson(JsonObject json, String where) throws BadInputException {
    JsonFields fields = new JsonFields(json, where);
    String act = fields.string("act");
    return switch (act) {
      case "pin" -> new Pin();
      case "cgroups" -> new ControlGroups(paths(fields, "paths"));
      case "container" -> new Container();
      case "tap" -> new Tap(linkName(fields, "name"));
      case "persistentTap" -> new PersistentTap(linkName(fields, "name"), index(fields, "index"));
      case "qdisc" ->
          new Qdisc(linkName(fields, "link"), index(fields, "index"), ActFields.qdisc(fields));
      case "redirect" ->
          new Redirect(linkName(fields, "link"), index(fields, "index"), index(fields, "tapIndex"));
      case "masquerade" ->
          new Masquerade(
              linkName(fields, "link"), index(fields, "index"), index(fields, "tapIndex"));
      case "classifier" ->
          new Classifier(
              linkName(fields, "link"),
              index(fields, "index"),
              fields.flag("egress"),
              index(fields, "tapIndex"));
      case "sysctl" ->
          new Sysctl(
              ActFields.setting(fields),
              ActFields.value(fields, "before"),
              ActFields.value(fields, "value"),
              index(fields, "tapIndex"));
      case "localRoute" -> {
        InetAddress destination = ActFields.destination(fields);
        yield new LocalRoute(
            destination,
            ActFields.prefixLength(fields, destination),
            ActFields.mtu(fields),
            index(fields, "tapIndex"));
      }
      default -> throw fields.bad("act", BadInputException.quote(act) + " is unknown", "an act");
    };
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

  /// The kernel knows no longer name: IFNAMSIZ without its zero byte.
  private static String linkName(JsonFields fields, String key) throws BadInputException {
    String name = fields.string(key);
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length < 1 || length > 15) {
      throw fields.bad(
          key, "is " + BadInputException.quote(name), "a link's name of 1 to 15 bytes");
    }
    return name;
  }

  private static int index(JsonFields fields, String key) throws BadInputException {
    long index = fields.number(key);
    if (index < 1 || index > Integer.MAX_VALUE) {
      throw fields.bad(key, "is " + index, "a link's index, 1 to " + Integer.MAX_VALUE);
    }
    return (int) index;
  }

  private static JsonObject ofLink(String act, String link, int index) {
    JsonObject json = object(act);
    json.addProperty("link", link);
    json.addProperty("index", index);
    return json;
  }

  private static JsonObject object(String act) {
    JsonObject json = new JsonObject();
    json.addProperty("act", act);
    return json;
  }
}
