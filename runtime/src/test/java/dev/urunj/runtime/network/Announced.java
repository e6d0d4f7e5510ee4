package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Link;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Remembers what was announced, and can fail at one step.
final class Announced implements Announcements {
  final List<String> steps = new ArrayList<>();
  final List<FabricAct> acts = new ArrayList<>();
  private final String failAt;

  Announced() {
    this("");
  }

  Announced(String failAt) {
    this.failAt = failAt;
  }

  @Override
  public void tap(String name) throws IOException {
    step("tap");
  }

  @Override
  public void persistence(Link tap) throws IOException {
    step("persistence");
  }

  @Override
  public void qdisc(Link link, String kind) throws IOException {
    step("qdisc");
  }

  @Override
  public void redirect(Link link, Link tap) throws IOException {
    step("redirect");
  }

  @Override
  public void fabric(FabricAct act, Link tap) throws IOException {
    acts.add(act);
    step(
        switch (act) {
          case FabricAct.Classifier at -> "filter " + at.link();
          case FabricAct.Setting setting -> setting.name().replaceAll(".*/", "");
          case FabricAct.LocalRoute route -> "route " + route.destination().getHostAddress();
        });
  }

  @Override
  public void masquerade(Link link, Link tap) throws IOException {
    step("masquerade");
  }

  private void step(String step) throws IOException {
    if (step.equals(failAt)) {
      throw new IOException("injected at " + step);
    }
    steps.add(step);
  }
}
