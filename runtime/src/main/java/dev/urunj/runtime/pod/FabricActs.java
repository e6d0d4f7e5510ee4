package dev.urunj.runtime.pod;

import dev.urunj.runtime.network.FabricAct;
import dev.urunj.runtime.state.Act;

/// The acts of the fabric in the network's words and in the journal's. Neither package knows the
/// other.
public final class FabricActs {
  private FabricActs() {}

  static Act.Shared journalled(FabricAct act, int tapIndex) {
    if (act instanceof FabricAct.Classifier(String link, int linkIndex, boolean egress)) {
      return new Act.Classifier(link, linkIndex, egress, tapIndex);
    }
    if (act instanceof FabricAct.Setting(String name, String before, String value)) {
      return new Act.Sysctl(name, before, value, tapIndex);
    }
    FabricAct.LocalRoute route = (FabricAct.LocalRoute) act;
    return new Act.LocalRoute(route.destination(), route.prefixLength(), route.mtu(), tapIndex);
  }

  public static FabricAct of(Act.Shared act) {
    if (act instanceof Act.Classifier at) {
      return new FabricAct.Classifier(at.link(), at.linkIndex(), at.egress());
    }
    if (act instanceof Act.Sysctl setting) {
      return new FabricAct.Setting(setting.name(), setting.before(), setting.value());
    }
    Act.LocalRoute route = (Act.LocalRoute) act;
    return new FabricAct.LocalRoute(route.destination(), route.prefixLength(), route.mtu());
  }
}
