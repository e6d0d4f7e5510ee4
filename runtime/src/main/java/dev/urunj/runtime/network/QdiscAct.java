package dev.urunj.runtime.network;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;

/// A qdisc for the way in, or for both ways, is added to a link of the pod that has none.
///
/// @param link the link's name, for people
/// @param linkIndex its index in the pod's namespace
/// @param kind `ingress` or `clsact`
public record QdiscAct(String link, int linkIndex, String kind) implements NetworkAct {
  static final String ACT = "qdisc";

  /// Older versions knew only one kind, so their journals do not name it.
  static QdiscAct read(JsonFields fields) throws BadInputException {
    String link = ActFields.linkName(fields, "link");
    int index = ActFields.index(fields, "index");
    String kind = fields.optionalString("kind").orElse("ingress");
    if (!kind.equals("ingress") && !kind.equals("clsact")) {
      throw fields.bad("kind", "is " + BadInputException.quote(kind), "ingress or clsact");
    }
    return new QdiscAct(link, index, kind);
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = ActFields.ofLink(ACT, link, linkIndex);
    json.addProperty("kind", kind);
    return json;
  }

  /// Unless a filter of another program is in it.
  @Override
  public void undo(PodSocket here, Undoer undoer) throws IOException {
    new PodFilters(here.route()).removeEmpty(linkIndex, kind);
  }

  @Override
  public boolean stands(PodSocket here, Undoer undoer) throws IOException {
    return new PodFilters(here.route()).hasEmpty(linkIndex, kind);
  }
}
