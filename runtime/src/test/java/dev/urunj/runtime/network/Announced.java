package dev.urunj.runtime.network;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Remembers what was announced, and can fail at one step.
public final class Announced implements Announcements {
  private static final List<String> OF_FABRIC = List.of("classifier", "sysctl", "localRoute");

  public final List<String> steps = new ArrayList<>();
  public final List<NetworkAct> all = new ArrayList<>();
  private final String failAt;

  public Announced() {
    this("");
  }

  public Announced(String failAt) {
    this.failAt = failAt;
  }

  @Override
  public void announce(NetworkAct act) throws IOException {
    all.add(act);
    JsonObject json = act.toJson();
    String name = json.get("act").getAsString();
    step(
        switch (name) {
          case "persistentTap" -> "persistence";
          case "classifier" -> "filter " + json.get("link").getAsString();
          case "sysctl" -> json.get("name").getAsString().replaceAll(".*/", "");
          case "localRoute" -> "route " + json.get("destination").getAsString();
          default -> name;
        });
  }

  /// Those of the fabric.
  public List<NetworkAct> ofFabric() {
    List<NetworkAct> acts = new ArrayList<>();
    for (NetworkAct act : all) {
      if (OF_FABRIC.contains(act.toJson().get("act").getAsString())) {
        acts.add(act);
      }
    }
    return acts;
  }

  private void step(String step) throws IOException {
    if (step.equals(failAt)) {
      throw new IOException("injected at " + step);
    }
    steps.add(step);
  }
}
