package dev.urunj.runtime.network.fabric;

import com.google.gson.JsonObject;
import dev.urunj.linux.namespace.Sysctl;
import dev.urunj.runtime.network.ActFields;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Undoer;
import java.io.IOException;

/// One thing that the fabric does to a pod beside its TAP. All guests of a pod share it: as long as
/// others live by it, it stays, and only what is the guest's own in the maps goes.
sealed interface FabricAct extends NetworkAct {
  /// Index of the TAP of the guest for which it is done.
  int tapIndex();

  /// Takes it back, because no other guest lives by it.
  void remove(FabricParts parts) throws IOException;

  /// Whether [#remove] has anything to do.
  boolean isThere(FabricParts parts) throws IOException;

  @Override
  default void undo(PodSocket here, Undoer undoer) throws IOException {
    undo(FabricUndo.in(here));
  }

  /// The same among other undos.
  default void undo(FabricUndo undo) throws IOException {
    if (!undo.leavesToOthers(tapIndex())) {
      remove(undo.parts());
    }
  }

  @Override
  default boolean stands(PodSocket here, Undoer undoer) throws IOException {
    FabricUndo undo = FabricUndo.in(here);
    return undo.others(tapIndex()).isEmpty() ? isThere(undo.parts()) : undo.knows(tapIndex());
  }

  /// Our filter at a link.
  ///
  /// @param link the link's name, for people
  /// @param linkIndex its index
  /// @param egress at the link's way out, not in
  record Classifier(String link, int linkIndex, boolean egress, int tapIndex) implements FabricAct {
    static final String ACT = "classifier";

    @Override
    public JsonObject toJson() {
      JsonObject json = ActFields.ofLink(ACT, link, linkIndex);
      json.addProperty("egress", egress);
      json.addProperty("tapIndex", tapIndex);
      return json;
    }

    @Override
    public void remove(FabricParts parts) throws IOException {
      boolean _ = parts.filters().remove(linkIndex, FabricParts.parent(egress));
    }

    @Override
    public boolean isThere(FabricParts parts) throws IOException {
      return parts.filters().has(linkIndex, FabricParts.parent(egress));
    }
  }

  /// A setting of the kernel gets another value.
  ///
  /// @param name as a path, `net/ipv4/conf/lo/route_localnet`
  /// @param before its value before
  /// @param value the one it gets; a command that later finds another one leaves it alone
  record Setting(String name, String before, String value, int tapIndex) implements FabricAct {
    static final String ACT = "sysctl";

    @Override
    public JsonObject toJson() {
      JsonObject json = ActFields.named(ACT);
      json.addProperty("name", name);
      json.addProperty("before", before);
      json.addProperty("value", value);
      json.addProperty("tapIndex", tapIndex);
      return json;
    }

    @Override
    public void remove(FabricParts parts) throws IOException {
      if (isThere(parts)) {
        Sysctl.write(name, before);
      }
    }

    @Override
    public boolean isThere(FabricParts parts) throws IOException {
      return value.equals(Sysctl.find(name));
    }
  }

  /// A net is made the pod's own. The routes were first and are last. A guest that found the fabric
  /// standing has announced no setting and no qdisc; what is to become of them the routes know.
  record Net(LocalNet net, int tapIndex) implements FabricAct {
    static final String ACT = "localRoute";

    @Override
    public JsonObject toJson() {
      JsonObject json = ActFields.named(ACT);
      json.addProperty("destination", net.destination().getHostAddress());
      json.addProperty("prefixLength", net.prefixLength());
      json.addProperty("mtu", net.mtu());
      json.addProperty("tapIndex", tapIndex);
      return json;
    }

    @Override
    public void remove(FabricParts parts) throws IOException {
      new DeadFabric(parts).remove();
    }

    @Override
    public boolean isThere(FabricParts parts) throws IOException {
      return parts.isThere(net);
    }
  }
}
