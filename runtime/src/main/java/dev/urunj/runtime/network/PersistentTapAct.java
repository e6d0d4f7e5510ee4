package dev.urunj.runtime.network;

import com.google.gson.JsonObject;
import dev.urunj.linux.netlink.Link;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;

/// A TAP is made persistent, for a monitor that opens it by its name.
///
/// @param index in the pod's namespace, because a later TAP may have the same name
public record PersistentTapAct(String name, int index) implements NetworkAct {
  static final String ACT = "persistentTap";

  static PersistentTapAct read(JsonFields fields) throws BadInputException {
    return new PersistentTapAct(
        ActFields.linkName(fields, "name"), ActFields.index(fields, "index"));
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = ActFields.named(ACT);
    json.addProperty("name", name);
    json.addProperty("index", index);
    return json;
  }

  @Override
  public void undo(PodSocket here, Undoer undoer) throws IOException {
    if (!new Taps(here.route()).remove(name, index)) {
      undoer.left("the link " + name + " has a carrier and is left alone");
    }
  }

  @Override
  public boolean stands(PodSocket here, Undoer undoer) throws IOException {
    Link orphan = new Taps(here.route()).orphan(name);
    return orphan != null && orphan.index() == index;
  }

  @Override
  public boolean isOfTap() {
    return true;
  }

  @Override
  public boolean awaits(Link tap) {
    return tap.index() == index && tap.name().equals(name);
  }
}
