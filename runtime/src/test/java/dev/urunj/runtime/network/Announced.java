package dev.urunj.runtime.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Remembers what was announced, and can fail at one step.
final class Announced implements Announcements {
  final List<String> steps = new ArrayList<>();
  final List<NetworkAct> all = new ArrayList<>();
  private final String failAt;

  Announced() {
    this("");
  }

  Announced(String failAt) {
    this.failAt = failAt;
  }

  @Override
  public void announce(NetworkAct act) throws IOException {
    all.add(act);
    step(
        switch (act) {
          case TapAct _ -> "tap";
          case PersistentTapAct _ -> "persistence";
          case QdiscAct _ -> "qdisc";
          case RedirectAct _ -> "redirect";
          case MasqueradeAct _ -> "masquerade";
          case FabricAct.Classifier at -> "filter " + at.link();
          case FabricAct.Setting setting -> setting.name().replaceAll(".*/", "");
          case FabricAct.Net route -> "route " + route.net().destination().getHostAddress();
          default -> throw new AssertionError(act);
        });
  }

  /// Those of the fabric.
  List<FabricAct> ofFabric() {
    List<FabricAct> acts = new ArrayList<>();
    for (NetworkAct act : all) {
      if (act instanceof FabricAct one) {
        acts.add(one);
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
