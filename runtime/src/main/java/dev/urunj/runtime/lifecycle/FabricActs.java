package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.network.FabricAct;
import dev.urunj.runtime.state.Act;

/// The acts of the fabric in the network's words and in the journal's. Neither package knows the
/// other.
final class FabricActs {
  private FabricActs() {}

  static Act.Shared journalled(FabricAct act, int tapIndex) {
    return switch (act) {
      case FabricAct.Classifier(String link, int linkIndex, boolean egress) ->
          new Act.Classifier(link, linkIndex, egress, tapIndex);
      case FabricAct.Setting(String name, String before, String value) ->
          new Act.Sysctl(name, before, value, tapIndex);
      case FabricAct.LocalRoute route ->
          new Act.LocalRoute(route.destination(), route.prefixLength(), route.mtu(), tapIndex);
    };
  }

  static FabricAct of(Act.Shared act) {
    return switch (act) {
      case Act.Classifier at -> new FabricAct.Classifier(at.link(), at.linkIndex(), at.egress());
      case Act.Sysctl setting ->
          new FabricAct.Setting(setting.name(), setting.before(), setting.value());
      case Act.LocalRoute route ->
          new FabricAct.LocalRoute(route.destination(), route.prefixLength(), route.mtu());
    };
  }
}
