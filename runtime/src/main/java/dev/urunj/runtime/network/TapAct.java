package dev.urunj.runtime.network;

import com.google.gson.JsonObject;
import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;

/// A TAP of this name is made.
public record TapAct(String name) implements NetworkAct {
  static final String ACT = "tap";

  static TapAct read(JsonFields fields) throws BadInputException {
    return new TapAct(ActFields.linkName(fields, "name"));
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = ActFields.named(ACT);
    json.addProperty("name", name);
    return json;
  }

  /// A later container of the pod may have made a TAP of the same name.
  @Override
  public void undo(PodSocket here, Undoer undoer) throws IOException {
    Taps taps = new Taps(here.route());
    Link orphan = taps.orphan(name);
    if (orphan != null && undoer.isOfAnother(orphan)) {
      undoer.left("the link " + name + " waits for the monitor of another container");
    } else if (!taps.remove(name)) {
      undoer.left("the link " + name + " has a carrier and is left alone");
    }
  }

  @Override
  public boolean stands(PodSocket here, Undoer undoer) throws IOException {
    Link orphan = new Taps(here.route()).orphan(name);
    return orphan != null && !undoer.isOfAnother(orphan);
  }

  @Override
  public boolean isOfTap() {
    return true;
  }

  /// It lives as long as its descriptor is open.
  @Override
  public boolean outlivesMonitor() {
    return false;
  }
}
