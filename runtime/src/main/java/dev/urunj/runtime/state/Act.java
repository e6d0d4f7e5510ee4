package dev.urunj.runtime.state;

import com.google.gson.JsonObject;

/// Something that is about to be done outside the container's directory, so that it can be undone
/// by whoever comes later. Each case carries what is needed to find exactly that thing again.
public sealed interface Act {
  /// The act as one JSON object.
  JsonObject toJson();

  /// The network namespace is bound to [StateDirectory#pin].
  record Pin() implements Act {
    @Override
    public JsonObject toJson() {
      return object("pin");
    }
  }

  /// A TAP of this name is made in the container's network namespace.
  record Tap(String name) implements Act {
    @Override
    public JsonObject toJson() {
      JsonObject json = object("tap");
      json.addProperty("name", name);
      return json;
    }
  }

  /// The low-level runtime is told to create the monitor's container.
  record Container() implements Act {
    @Override
    public JsonObject toJson() {
      return object("container");
    }
  }

  /// An `ingress` qdisc is added to a link of the pod that has none.
  ///
  /// @param link the link's name, for people
  /// @param linkIndex its index in the container's network namespace
  record Qdisc(String link, int linkIndex) implements Act {
    @Override
    public JsonObject toJson() {
      return ofLink("qdisc", link, linkIndex);
    }
  }

  /// Our redirect is added to a link of the pod.
  ///
  /// @param tapIndex index of the TAP that it leads to: a successor's redirect on the same link
  ///   leads elsewhere
  record Redirect(String link, int linkIndex, int tapIndex) implements Act {
    @Override
    public JsonObject toJson() {
      JsonObject json = ofLink("redirect", link, linkIndex);
      json.addProperty("tapIndex", tapIndex);
      return json;
    }
  }

  /// The act in one JSON object.
  ///
  /// @throws IllegalArgumentException when it is no act
  static Act fromJson(JsonObject json) {
    if (!json.has("act")) {
      throw new IllegalArgumentException("no act in " + json);
    }
    String act = json.get("act").getAsString();
    return switch (act) {
      case "pin" -> new Pin();
      case "container" -> new Container();
      case "tap" -> new Tap(json.get("name").getAsString());
      case "qdisc" -> new Qdisc(json.get("link").getAsString(), json.get("index").getAsInt());
      case "redirect" ->
          new Redirect(
              json.get("link").getAsString(),
              json.get("index").getAsInt(),
              json.get("tapIndex").getAsInt());
      default -> throw new IllegalArgumentException("unknown act " + act);
    };
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
