package dev.urunj.runtime.oci;

import com.google.gson.JsonObject;
import java.util.List;

/// One entry of the OCI specification's `mounts`.
///
/// @param destination where it is seen in the container, absolute
/// @param type the file system, empty when the specification names none
/// @param source what is mounted, empty when the specification names none; as written there: a
///   relative source of a bind mount is meant from the bundle
/// @param options the options as written, such as `rbind` and `ro`
public record Mount(String destination, String type, String source, List<String> options) {
  public Mount {
    options = List.copyOf(options);
  }

  /// Whether a file or directory of the host is mounted, and no file system of its own.
  public boolean isBind() {
    return type.equals("bind") || options.contains("bind") || options.contains("rbind");
  }

  /// The mount as it stands in `mounts` of a configuration.
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("destination", destination);
    json.addProperty("type", type);
    json.addProperty("source", source);
    json.add("options", Json.strings(options));
    return json;
  }
}
