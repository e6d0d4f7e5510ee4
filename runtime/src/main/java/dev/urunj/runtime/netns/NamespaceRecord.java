package dev.urunj.runtime.netns;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.JsonFields;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What was recorded of a namespace before it was pinned.
///
/// @param name the name that its operator gave it
/// @param givenPath the path it was found by, for people only, because it is never opened again;
///   null where urunj made the namespace
/// @param recorded which namespace it is
/// @param created when, as RFC 3339 in UTC
public record NamespaceRecord(
    String name, @Nullable String givenPath, RecordedIdentity recorded, String created) {

  void write(Path file) throws IOException {
    JsonObject json = JsonFile.begin();
    json.addProperty("name", name);
    json.addProperty("givenPath", givenPath);
    JsonFile.add(json, recorded);
    json.addProperty("created", created);
    JsonFile.write(file, json);
  }

  /// @param name that of the directory, which the record must agree with
  static @Nullable NamespaceRecord read(Path file, String name) throws IOException {
    JsonFields fields = JsonFile.read(file);
    if (fields == null) {
      return null;
    }
    if (!fields.string("name").equals(name)) {
      throw fields.bad("name", "is that of another namespace", "the name of its directory");
    }
    return new NamespaceRecord(
        name,
        fields.optionalString("givenPath").orElse(null),
        JsonFile.recorded(fields),
        fields.string("created"));
  }
}
