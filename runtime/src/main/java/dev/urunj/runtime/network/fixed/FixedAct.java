package dev.urunj.runtime.network.fixed;

import com.google.gson.JsonObject;
import dev.urunj.runtime.network.ActFields;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Undoer;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Our table of nf_tables is made, and IPv4 forwarding switched on at a link of the pod. What was
/// before is in the table's comment.
///
/// @param link the link's name, for people
/// @param linkIndex its index in the pod's namespace
/// @param tapIndex index of the TAP whose guest it is for, which is in that comment too
public record FixedAct(String link, int linkIndex, int tapIndex) implements NetworkAct {
  static final String ACT = "masquerade";

  /// As [NetworkActs#read].
  public static @Nullable FixedAct read(String act, JsonFields fields) throws BadInputException {
    return act.equals(ACT)
        ? new FixedAct(
            ActFields.linkName(fields, "link"),
            ActFields.index(fields, "index"),
            ActFields.tapIndex(fields))
        : null;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = ActFields.ofLink(ACT, link, linkIndex);
    json.addProperty("tapIndex", tapIndex);
    return json;
  }

  @Override
  public void undo(PodSocket here, Undoer undoer) throws IOException {
    new FixedNet(here.route()).undo(tapIndex);
  }

  @Override
  public boolean stands(PodSocket here, Undoer undoer) throws IOException {
    return new FixedNet(here.route()).stands(tapIndex);
  }
}
