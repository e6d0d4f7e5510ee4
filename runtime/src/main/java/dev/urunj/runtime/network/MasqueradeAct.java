package dev.urunj.runtime.network;

import com.google.gson.JsonObject;
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
public record MasqueradeAct(String link, int linkIndex, int tapIndex) implements NetworkAct {
  static final String ACT = "masquerade";

  /// As [NetworkActs#read].
  public static @Nullable MasqueradeAct read(String act, JsonFields fields)
      throws BadInputException {
    return act.equals(ACT)
        ? new MasqueradeAct(
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
    new StaticNet(here.route()).undo(tapIndex);
  }

  @Override
  public boolean stands(PodSocket here, Undoer undoer) throws IOException {
    return new StaticNet(here.route()).stands(tapIndex);
  }
}
