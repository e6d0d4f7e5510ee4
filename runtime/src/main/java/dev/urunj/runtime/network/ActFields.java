package dev.urunj.runtime.network;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import java.nio.charset.StandardCharsets;

/// The fields that acts of several kinds have. They are checked, because a damaged journal could
/// turn into a change of something that is not the pod's.
public final class ActFields {
  private static final int LONGEST_NAME = 15; // IFNAMSIZ without its zero byte

  private ActFields() {}

  /// An object with the name of an act.
  public static JsonObject named(String act) {
    JsonObject json = new JsonObject();
    json.addProperty("act", act);
    return json;
  }

  /// The same for an act at a link.
  public static JsonObject ofLink(String act, String link, int index) {
    JsonObject json = named(act);
    json.addProperty("link", link);
    json.addProperty("index", index);
    return json;
  }

  /// A name that the kernel takes for a link's.
  public static String linkName(JsonFields fields, String key) throws BadInputException {
    String name = fields.string(key);
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length < 1 || length > LONGEST_NAME) {
      throw fields.bad(
          key, "is " + BadInputException.quote(name), "a link's name of 1 to 15 bytes");
    }
    return name;
  }

  /// An index that the kernel gives to links.
  public static int index(JsonFields fields, String key) throws BadInputException {
    long index = fields.number(key);
    if (index < 1 || index > Integer.MAX_VALUE) {
      throw fields.bad(key, "is " + index, "a link's index, 1 to " + Integer.MAX_VALUE);
    }
    return (int) index;
  }

  /// The index of the TAP of the guest for which an act is done.
  public static int tapIndex(JsonFields fields) throws BadInputException {
    return index(fields, "tapIndex");
  }
}
