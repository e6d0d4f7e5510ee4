package dev.urunj.runtime.network.redirect;

import com.google.gson.JsonObject;
import dev.urunj.runtime.network.ActFields;
import dev.urunj.runtime.network.NetworkAct;
import dev.urunj.runtime.network.PodSocket;
import dev.urunj.runtime.network.Undoer;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Our redirect is added to a link of the pod; the TAP's side goes with the TAP.
///
/// @param link the link's name, for people
/// @param linkIndex its index in the pod's namespace
/// @param tapIndex index of the TAP that it leads to: a successor's redirect on the same link leads
///   elsewhere
public record RedirectAct(String link, int linkIndex, int tapIndex) implements NetworkAct {
  static final String ACT = "redirect";

  /// As [NetworkActs#read].
  public static @Nullable RedirectAct read(String act, JsonFields fields) throws BadInputException {
    return act.equals(ACT)
        ? new RedirectAct(
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

  /// From then on the pod's own stack answers.
  @Override
  public void undo(PodSocket here, Undoer undoer) throws IOException {
    new Redirects(here.route()).remove(linkIndex, tapIndex);
  }

  @Override
  public boolean stands(PodSocket here, Undoer undoer) throws IOException {
    return new Redirects(here.route()).has(linkIndex, tapIndex);
  }
}
