package dev.urunj.runtime.netns;

import com.google.gson.JsonObject;
import dev.urunj.linux.file.FileIo;
import dev.urunj.linux.namespace.NetworkNamespaceIdentity;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.Json;
import dev.urunj.runtime.oci.JsonFields;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/// A small JSON file with a schema version. Replaced by rename: a reader without a lock sees the
/// old or the new one, and a killed writer leaves the old one.
final class JsonFile {
  private static final String NEXT = "~"; // in no name of a record
  private static final int SCHEMA = 1;
  private static final int LIMIT = 1 << 20;

  private JsonFile() {}

  /// An object that names the schema, for members to be added.
  static JsonObject begin() {
    JsonObject json = new JsonObject();
    json.addProperty("schema", SCHEMA);
    return json;
  }

  static void add(JsonObject json, RecordedIdentity recorded) {
    json.addProperty("device", recorded.namespace().device());
    json.addProperty("inode", recorded.namespace().inode());
    json.addProperty("cookie", recorded.namespace().cookie());
    json.addProperty("bootId", recorded.bootId());
  }

  static RecordedIdentity recorded(JsonFields fields) throws BadInputException {
    return new RecordedIdentity(
        new NetworkNamespaceIdentity(
            fields.number("device"), fields.number("inode"), fields.number("cookie")),
        fields.string("bootId"));
  }

  static void write(Path file, JsonObject json) throws IOException {
    Path next = next(file);
    Files.write(next, json.toString().getBytes(StandardCharsets.UTF_8));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Reads a file of this schema.
  ///
  /// @return null when there is none
  /// @throws BadInputException when it is not one that this version has written
  static @Nullable JsonFields read(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    JsonObject json;
    try {
      json = Json.read(file, LIMIT);
    } catch (FileNotFoundException _) {
      return null; // removed meanwhile
    }
    JsonFields fields = new JsonFields(json, file.toString());
    long schema = fields.number("schema");
    if (schema != SCHEMA) {
      throw fields.bad(
          "schema",
          "is " + schema + ", written by another version of urunj",
          Integer.toString(SCHEMA));
    }
    return fields;
  }

  /// Removes a file, and the one that a killed writer left beside it; what is gone is no error.
  static void remove(Path file) throws IOException {
    FileIo.unlink(next(file));
    FileIo.unlink(file);
  }

  static boolean isNext(String name) {
    return name.endsWith(NEXT);
  }

  private static Path next(Path file) {
    return file.resolveSibling(file.getFileName() + NEXT);
  }
}
